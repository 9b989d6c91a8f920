"""Whether a word stands where what is looked for is named."""

from __future__ import annotations

import re

ASKS = re.compile(
    r"^(?!(?:do\swe\shave|is\sthere|are\sthere|have\swe|can\s(?:i|you|we)|could\syou|where\s(?:are|is|"
    r"can\si)|wo\s(?:sind|ist|finde|liegen)|wer\shat|kann\sich|gibt\ses)\b)(?:how|what|when|where|who|why|does|do|is|are|can|may|wie|was|wann|wo|wer|warum|darf|muss|"
    r"kann|gilt|ist)\b"
)
ADJECTIVES = re.compile(
    r"^(?:(?:do|does|is|are|there|have|has|got|can|could|you|where|where's|wo|sind|ist|finde|liegen|wer|hat|kann|haben|gibt|es|etwas|"
    r"show|find|give|get|search|list|zeige?|finde|suche?n?|gib|me|mir|for|us|uns|i|we|ich|wir|need|"
    r"want|looking|look|brauchen?|please|bitte|all|alle[nrs]?|any|the|die|der|das|den|a|an|ein|eine[nrms]?|our|"
    r"unsere?|my|meine?|some|only|nur|new|neue[nrms]?|recent|old|alte[nrms]?|latest|which|welche[nrms]?|hi-?res|"
    r"high|resolution|good|best|signed|unsigned|open|offene[nrms]?|unpaid|overdue|of|and|und|or|oder|&|"
    r"\d{1,4})(?:\s|$))*$"
)
GOES_ON = re.compile(
    r"^(?:of|from|with|without|showing|that|taken|shot|by|for|in|on|at|about|where|which|without|and|or|und|oder|"
    r"von|vom|mit|ohne|aus|die|der|das|für|im|am|zu|zum|zur|über|wo|bei|expir\w*|uploaded|added|"
    r"edited|changed|modified|signed|valid|larger|bigger|wider|longer|shorter|under|over|at|to|after|"
    r"before|since|between|older|newer|hochgeladen\w*|geändert\w*|aufgenommen\w*|nach|vor|seit|ab|"
    r"bis|zwischen|länger|kürzer|größer|mindestens|min|as|per|approved|published|archived|from)\b"
)
NOT_A_HEAD = re.compile(
    r"\b(?:taking|takes|take|looking at|look at|holding|hanging|making|makes|editing|his|her|"
    r"their|watching|signing|signs|sign|reading|reads|writing|writes|paying|opening|carrying|"
    r"fotografiert|macht|machen|"
    r"hält|unterschreibt|liest|schreibt|schaut|with|mit|of|von|a|an|ein|eine|einem|einen|on|auf)$"
)
