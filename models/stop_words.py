"""Words too common to search by, a short list a language.

Only articles, pronouns, prepositions, conjunctions, auxiliaries, question words and
the pieces that apostrophes leave behind; folded as ``models.bm25`` folds words.
"""

from __future__ import annotations

from collections.abc import Mapping

_ENGLISH = """
a about above after again all also am an and any are as at be because been before being below
between both but by can could d did do does doing down during each for from further had has have
having he her here hers him his how i if in into is it its itself just ll m me more most my no
nor not now of off on once only or other our ours out over own re s same shall she should so some
such t than that the their theirs them then there these they this those through to too under until
up us ve very was we were what when where which while who whom whose why will with would you your
yours
"""

_GERMAN = """
aber als am an auch auf aus bei beim bin bis bist da damit dann das dass dein dem den denn der des
dich die dies diese diesem diesen dieser dieses dir doch dort du durch ein eine einem einen einer
eines er es euch euer fur hat hatte hatten hier hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer
im in ins ist ja kann kein keine keinem keinen keiner man mein mich mir mit nach nicht noch nun nur
ob oder ohne sehr sein seine seinem seinen seiner sich sie sind so soll uber um und uns unser unter
vom von vor war waren was weil wenn wer werden wie wir wird wo wurde wurden zu zum zur zwischen
"""

STOP_WORDS: Mapping[str, frozenset[str]] = {
    "english": frozenset(_ENGLISH.split()),
    "german": frozenset(_GERMAN.split()),
}
