"""Labels of documents in YAML: what they are called, what tells them, which stands under which.

Ours are ``types.yaml`` (document types) and ``topics.yaml`` (what news and reports are about); a
user's own file has the same form::

    labels:
      - name: invoice
        also: [bill]
        describe: [an invoice that demands payment for goods or services]
        words: {invoice number: 2, due date: 1}
        title: [invoice, tax invoice]
        media: [application/pdf]
        shape: {amounts: 1.5, prose: -1}
        under: financial
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent
_KEY_NAMES = "name also describe words title media shape under schema only_media"
_KEYS = frozenset(_KEY_NAMES.split())


class LabelError(ValueError):
    """Labels do not keep to the form; the message says where and what to write."""


@dataclass(frozen=True, slots=True)
class Label:
    """One kind of document.

    Attributes:
        name: lower case.
        also: other names.
        describe: sentences that describe such documents; their meaning is compared.
        words: words and phrases that occur in them, and what each counts.
        title: words that stand alone at their top.
        media: beginnings of media types that such files mostly have.
        only_media: whether files of other media types are never of this kind.
        shape: what measures of their form count (see ``cues.Shape``).
        under: the label above; empty at the top.
        schema: of their fields, where there is one.
    """

    name: str
    also: tuple[str, ...] = ()
    describe: tuple[str, ...] = ()
    words: Mapping[str, float] = field(default_factory=dict)
    title: tuple[str, ...] = ()
    media: tuple[str, ...] = ()
    only_media: bool = False
    shape: Mapping[str, float] = field(default_factory=dict)
    under: str = ""
    schema: str = ""


@cache
def known_labels(tree: str) -> tuple[Label, ...]:
    """The labels of one of our trees, ``types`` or ``topics``."""
    return parse_labels((_FOLDER / f"{tree}.yaml").read_text(encoding="utf-8"))


def parse_labels(text: str, known: Sequence[Label] = ()) -> tuple[Label, ...]:
    """Labels from YAML.

    Args:
        known: others that these may stand under.

    Raises:
        LabelError: it does not keep to the form.
    """
    import yaml

    try:
        made = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise LabelError(f"The labels are not YAML: {error}") from error
    if not isinstance(made, dict) or not isinstance(made.get("labels"), list):
        raise LabelError("A file of labels needs a list `labels`.")
    labels = tuple(_label(entry) for entry in made["labels"])
    if len({label.name for label in labels}) < len(labels):
        raise LabelError("Two labels have the same name; rename one.")
    under = {label.name: label.under for label in (*known, *labels)}
    for label in labels:
        above, seen = label.under, {label.name}
        while above:
            if above not in under:
                raise LabelError(f"{label.name} stands under {above!r}, which is no label.")
            if above in seen:
                raise LabelError(f"{label.name} stands under itself; change what is above it.")
            seen.add(above)
            above = under[above]
    return labels


def named(names: Sequence[str], tree: Sequence[Label]) -> tuple[Label, ...]:
    """Labels by name or other name; a name that the tree lacks is its own description."""
    known = {key: label for label in tree for key in (*label.also, label.name)}
    made = []
    for name in names:
        key = " ".join(name.lower().replace("_", " ").split())
        found = known.get(key)
        made.append(_renamed(found, name) if found else Label(name, describe=(f"a {key}",)))
    return tuple(made)


def _renamed(label: Label, name: str) -> Label:
    from dataclasses import replace

    return replace(label, name=name, also=(*label.also, label.name))


def _label(entry: Any) -> Label:
    if not isinstance(entry, dict) or not isinstance(entry.get("name"), str):
        raise LabelError(f"A label needs a name, not {entry!r}.")
    name = entry["name"].strip().lower()
    unknown = set(entry) - _KEYS
    if unknown:
        raise LabelError(f"Label {name}: {', '.join(sorted(unknown))} is not known; remove it.")
    try:
        words = {str(word).lower(): float(value) for word, value in _map(entry, "words").items()}
        shape = {str(key): float(value) for key, value in _map(entry, "shape").items()}
    except (TypeError, ValueError) as error:
        raise LabelError(f"Label {name}: words and shape need a number each.") from error
    return Label(
        name,
        _texts(entry, "also"),
        tuple(str(each) for each in entry.get("describe") or (f"a {name}",)),
        words,
        _texts(entry, "title"),
        _texts(entry, "media"),
        bool(entry.get("only_media")),
        shape,
        str(entry.get("under") or "").strip().lower(),
        str(entry.get("schema") or ""),
    )


def _map(entry: Mapping[str, Any], key: str) -> Mapping[Any, Any]:
    value = entry.get(key) or {}
    if not isinstance(value, dict):
        raise LabelError(f"Label {entry['name']}: {key} needs a number behind each entry.")
    return value


def _texts(entry: Mapping[str, Any], key: str) -> tuple[str, ...]:
    return tuple(str(each).lower() for each in entry.get(key) or ())
