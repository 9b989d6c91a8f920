"""The fields of one library, from its YAML file.

fields:
  - name: shelf                # a field of its own
    label: Shelf
    type: choice
    for: document              # asset, document or both
    vocabulary: [A1, A2, B1]
    required: true
    help: Where the paper lies.
  - name: campaign             # a built-in field, made stricter
    required: true
    pattern: "[A-Z]{2}-\\\\d{4}"
file_names:
  pattern: "[a-z0-9-]+\\\\.[a-z0-9]+"
  help: Use small letters, digits and dashes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

from service.record.errors import InvalidFields
from service.record.field import Field, FieldType, World
from service.record.fieldset import FieldSet, FileNames, built_in
from service.record.marked_yaml import Marked, read_marked

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
RESERVED = frozenset({"id", "asset_id", "file_name", "kind", "media_type", "size", "sha256"})
"""Names that mean something else in the files in which records travel."""

_OF_BUILT_IN = frozenset(
    {"name", "label", "help", "required", "vocabulary", "pattern", "minimum", "maximum", "aliases"}
)
_KEYS = _OF_BUILT_IN | {"type", "for", "separators"}
_SEPARATORS = re.compile("[;,|/]+")
_WORDS = frozenset({"text", "localised", "texts", "choice"})
_MOST_FIELDS = 500


def load_fields(path: Path) -> FieldSet:
    """The fields of a library: the built-in ones, and those of a file where there is one.

    Raises:
        InvalidFields: the file cannot be read or is wrong; every fault is named with its line.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return built_in()
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidFields(f"{path} cannot be read; save it as a text file in UTF-8.") from error
    return parse_fields(text, path.name)


def parse_fields(text: str, name: str = "fields.yaml") -> FieldSet:
    """The same from the text of such a file; raises InvalidFields."""
    faults: list[str] = []
    top = _Part(read_marked(text, name), "the file", faults, name)
    top.only(frozenset({"fields", "file_names"}))
    fields = {each.name: each for each in built_in()}
    defined: set[str] = set()
    for part in top.parts("fields"):
        made = _field(part, fields)
        if made is None:
            continue
        if made.name in defined:
            part.fault(f"“{made.name}” is defined twice; keep one.")
        defined.add(made.name)
        fields[made.name] = made
    if len(fields) > _MOST_FIELDS:
        top.fault(f"there are more than {_MOST_FIELDS} fields; use a vocabulary instead.")
    names = _file_names(top)
    if faults:
        raise InvalidFields("\n".join(faults))
    return FieldSet(fields, names)


class _Part:
    """One mapping of the file, and where its faults go."""

    def __init__(self, marked: Marked, what: str, faults: list[str], file: str) -> None:
        self._line = marked.line
        self._what = what
        self._faults = faults
        self._file = file
        self.found: dict[str, Marked] = marked.value if isinstance(marked.value, dict) else {}
        if not isinstance(marked.value, dict):
            self.fault(f"{what} should be `name: value` lines.")

    def fault(self, words: str, line: int = 0) -> None:
        self._faults.append(f"{self._file}, line {line or self._line}: {words}")

    def only(self, known: frozenset[str]) -> None:
        for key, marked in self.found.items():
            if key not in known:
                said = ", ".join(sorted(known))
                self.fault(
                    f"{self._what} cannot have “{key[:40]}”; it may have {said}.", marked.line
                )

    def get(self, key: str, wanted: str, fits: Callable[[Any], bool], default: Any) -> Any:
        marked = self.found.get(key)
        if marked is None:
            return default
        value = marked.value
        if isinstance(value, list):
            value = [each.value for each in value]
        if not fits(value):
            self.fault(f"“{key}” should be {wanted}.", marked.line)
            return default
        return value

    def text(self, key: str, default: str = "") -> str:
        return str(
            self.get(key, "a text", lambda v: isinstance(v, str) and bool(v.strip()), default)
        )

    def texts(self, key: str, default: tuple[str, ...]) -> tuple[str, ...]:
        found = self.get(
            key,
            'a list of texts, each once; put texts such as "yes" or "2027" between quotes',
            lambda v: (
                isinstance(v, list)
                and all(isinstance(each, str) and each.strip() == each != "" for each in v)
                and len({each.casefold() for each in v}) == len(v) > 0
            ),
            default,
        )
        return tuple(found)

    def number(self, key: str, default: float | None) -> float | None:
        found = self.get(
            key,
            "a number",
            lambda v: isinstance(v, int | float) and not isinstance(v, bool),
            default,
        )
        return None if found is None else float(found)

    def pattern(self, default: str = "") -> str:
        text = self.text("pattern", default)
        try:
            re.compile(text)
        except re.error as error:
            self.fault(
                f"the pattern is no regular expression ({error.msg}).", self.found["pattern"].line
            )
        return text

    def parts(self, key: str) -> list[_Part]:
        items = self.get(key, "a list of fields", lambda v: isinstance(v, list), None)
        if items is None:
            return []
        return [_Part(each, "a field", self._faults, self._file) for each in self.found[key].value]


def _field(part: _Part, known: dict[str, Field]) -> Field | None:
    name = part.text("name")
    if not _NAME.fullmatch(name) or name in RESERVED:
        part.fault("a field needs a `name` of small letters, digits and underscores of its own.")
        return None
    base = known.get(name)
    if base is not None and not base.custom:
        return _stricter(part, base)
    part.only(_KEYS)
    types: tuple[str, ...] = get_args(FieldType)
    type_ = part.get("type", f"one of {', '.join(types)}", lambda v: v in types, "text")
    made = Field(
        name=name,
        label=part.text("label", name.replace("_", " ").capitalize()),
        type=type_,
        help=part.text("help"),
        world=part.get("for", "asset, document or both", get_args(World).__contains__, "both"),
        required=_required(part, False),
        vocabulary=part.texts("vocabulary", ()),
        pattern=part.pattern(),
        minimum=part.number("minimum", None),
        maximum=part.number("maximum", None),
        separators=part.text("separators", ";"),
        aliases=part.texts("aliases", ()),
        custom=True,
    )
    _check_together(part, made)
    return made


def _stricter(part: _Part, base: Field) -> Field:
    part.only(_OF_BUILT_IN)
    if not base.writable:
        part.fault(f"“{base.name}” is read from files; it cannot be defined.")
    made = replace(
        base,
        label=part.text("label", base.label),
        help=part.text("help", base.help),
        required=_required(part, base.required),
        vocabulary=part.texts("vocabulary", base.vocabulary),
        pattern=part.pattern(base.pattern),
        minimum=part.number("minimum", base.minimum),
        maximum=part.number("maximum", base.maximum),
        aliases=base.aliases + part.texts("aliases", ()),
    )
    _check_together(part, made)
    return made


def _required(part: _Part, default: bool) -> bool:
    return bool(part.get("required", "true or false", lambda v: isinstance(v, bool), default))


def _check_together(part: _Part, made: Field) -> None:
    if made.type == "choice" and not made.vocabulary:
        part.fault(f"the choice “{made.name}” needs a `vocabulary` to choose from.")
    if made.vocabulary and made.type not in _WORDS:
        part.fault(f"“{made.name}” is no text, so it cannot have a vocabulary.")
    if made.minimum is not None and made.maximum is not None and made.minimum > made.maximum:
        part.fault(f"“{made.name}”: the minimum is above the maximum.")
    if not _SEPARATORS.fullmatch(made.separators):
        part.fault(f"“{made.name}”: separators are one or more of ; , | / and no others.")


def _file_names(top: _Part) -> FileNames | None:
    marked = top.found.get("file_names")
    if marked is None:
        return None
    part = _Part(marked, "`file_names`", top._faults, top._file)
    part.only(frozenset({"pattern", "help"}))
    if "pattern" not in part.found:
        part.fault("`file_names` needs a `pattern`, a regular expression for the whole name.")
    return FileNames(part.pattern(), part.text("help"))
