"""The control words of Rich Text Format that matter for its text (RTF 1.9.1)."""

from __future__ import annotations

import binascii
import codecs
import re
from dataclasses import dataclass, field, replace

from pipelines.readers.flow import Flow

_TOKEN = re.compile(
    r"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])"
    r"|([{}])|[\r\n]+|([^\\{}\r\n]+)"
)
_SKIPPED = frozenset(
    {
        "fonttbl",
        "colortbl",
        "stylesheet",
        "listtable",
        "listoverridetable",
        "rsidtbl",
        "generator",
        "pntext",
        "datastore",
        "themedata",
        "colorschememapping",
        "latentstyles",
        "xmlnstbl",
        "fldinst",
        "nonshppict",
        "objdata",
        "filetbl",
        "revtbl",
        "bkmkstart",
        "bkmkend",
        "wgrffmtfilter",
        "template",
        "panose",
        "falt",
        "mmathPr",
        "pgdsctbl",
        "listpicture",
        "pnseclvl",
        "list",
        "listoverride",
        "background",
        "xe",
        "tc",
    }
)
_BESIDE = {
    "header": "header",
    "headerl": "header",
    "headerr": "header",
    "headerf": "header",
    "footer": "footer",
    "footerl": "footer",
    "footerr": "footer",
    "footerf": "footer",
    "footnote": "footnotes",
    "annotation": "comments",
}
_PROPERTIES = frozenset({"title", "author", "subject", "keywords", "doccomm"})
_CHARACTERS = {
    "tab": "\t",
    "line": "\n",
    "emdash": "—",
    "endash": "–",
    "lquote": "‘",
    "rquote": "’",
    "ldblquote": "“",
    "rdblquote": "”",
    "bullet": "•",
    "emspace": " ",
    "enspace": " ",
    "qmspace": " ",
}
_SYMBOLS = {
    "~": "\u00a0",
    "_": "-",
    "-": "",
    "\\": "\\",
    "{": "{",
    "}": "}",
    "\n": "\n",
    "\r": "\n",
}
_CHARSETS = {
    77: "mac-roman", 128: "cp932", 129: "cp949", 134: "gb18030", 136: "big5", 161: "cp1253",
    162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251",
    222: "cp874", 238: "cp1250",
}  # fmt: skip
_MOST_GROUPS = 5_000
_MOST_FONTS = 10_000


@dataclass(frozen=True, slots=True)
class _Group:
    """What holds until the end of a group."""

    where: str = "text"
    skips: int = 1
    hidden: bool = False
    in_table: bool = False
    heading: bool = False
    item: bool = False
    encoding: str = "cp1252"


@dataclass(slots=True)
class RtfText:
    """Reads Rich Text into a flow.

    Attributes:
        pictures: JPEG and PNG files in it.
        properties: of its information group, by control word.
    """

    flow: Flow
    pictures: list[bytes] = field(default_factory=list)
    properties: dict[str, str] = field(default_factory=dict)
    _group: _Group = field(default_factory=_Group)
    _groups: list[_Group] = field(default_factory=list)
    _line: list[str] = field(default_factory=list)
    _cells: list[str] = field(default_factory=list)
    _beside: list[tuple[str, str]] = field(default_factory=list)
    _held: list[str] = field(default_factory=list)
    _bytes: bytearray = field(default_factory=bytearray)
    _to_skip: int = 0
    _fonts: dict[int, str] = field(default_factory=dict)
    _font: int = 0
    _picture_kind: bool = False

    def read(self, text: str) -> None:
        """Read a whole document, bytes decoded as Latin-1."""
        at = 0
        while at < len(text):
            match = _TOKEN.match(text, at)
            if match is None:
                at += 1
                continue
            opened = text[at - 1 : at] == "{"
            at = match.end()
            if match[3] is None:
                self._end_bytes()
            if match[1] == "bin":
                at += max(0, int(match[2] or 0))
            elif match[4] == "*" and opened:
                # A destination that readers may skip; a star elsewhere means nothing.
                self._group = replace(self._group, where="unknown")
            else:
                self._token(match)
        self._end_bytes()
        self._end_paragraph()
        self._end_row()
        for section in dict.fromkeys(section for section, _ in self._beside):
            self.flow.begin(section)
            texts = dict.fromkeys(text for found, text in self._beside if found == section)
            for found in texts:
                self.flow.paragraph(found)

    def _token(self, match: re.Match[str]) -> None:
        word, number, code, symbol, brace, plain = match.groups()
        if word is not None:
            self._control(word, int(number) if number else None)
        elif code is not None:
            self._byte(int(code, 16))
        elif symbol is not None:
            self._put(_SYMBOLS.get(symbol, ""))
        elif brace is not None:
            self._brace(brace)
        elif plain is not None:
            self._plain(plain)

    def _brace(self, brace: str) -> None:
        if brace == "{":
            if len(self._groups) < _MOST_GROUPS:
                self._groups.append(self._group)
            return
        inner = self._group
        self._group = self._groups.pop() if self._groups else _Group()
        if inner.where == self._group.where:
            return
        held, self._held = "".join(self._held), []
        if inner.where in _PROPERTIES:
            self.properties.setdefault(inner.where, held)
        elif inner.where in _BESIDE and held.strip():
            self._beside.append((_BESIDE[inner.where], held.strip()))
        elif inner.where == "pict":
            self._end_picture(held)

    def _control(self, word: str, number: int | None) -> None:
        group = self._group
        if word in _SKIPPED:
            self._group = replace(group, where="fonttbl" if word == "fonttbl" else "skipped")
        elif group.where == "unknown":
            self._group = replace(group, where="text" if word == "shppict" else "skipped")
        elif group.where != "skipped" and not self._destination(word):
            self._character(word, number)

    def _destination(self, word: str) -> bool:
        """Go where a word leads: text beside the body, properties, a picture."""
        where = self._group.where
        if word in _BESIDE or word in {"info", "pict"} or (word in _PROPERTIES and where == "info"):
            self._group = replace(self._group, where=word)
            self._held, self._picture_kind = [], False
            return True
        return False

    def _character(self, word: str, number: int | None) -> None:
        group = self._group
        if word in {"jpegblip", "pngblip"}:
            self._picture_kind = True
        elif word in {"f", "fcharset"}:
            self._set_font(word, number or 0)
        elif word == "ansicpg":
            self._group = replace(group, encoding=_codec(f"cp{number}"))
        elif word == "uc":
            self._group = replace(group, skips=max(0, number or 0))
        elif word == "u":
            self._unicode(number or 0)
        elif word in _CHARACTERS:
            self._put(_CHARACTERS[word])
        elif word in {"v", "deleted", "plain"}:
            self._group = replace(group, hidden=word != "plain" and number != 0)
        else:
            self._layout(word, number)

    def _layout(self, word: str, number: int | None) -> None:
        group = self._group
        if word in {"par", "sect", "page"}:
            if group.where in _BESIDE:
                self._put("\n")
            else:
                self._end_paragraph()
        elif word == "pard":
            self._group = replace(group, in_table=False, heading=False, item=False)
        elif word == "intbl":
            self._group = replace(group, in_table=True)
        elif word == "outlinelevel":
            self._group = replace(group, heading=(number or 0) < 9)
        elif word == "ls":
            self._group = replace(group, item=bool(number))
        elif word in {"cell", "nestcell"}:
            self._cells.append("".join(self._line).strip())
            self._line = []
        elif word in {"row", "nestrow"}:
            self._end_row()

    def _set_font(self, word: str, number: int) -> None:
        if word == "f":
            self._font = number
            if self._group.where != "fonttbl" and number in self._fonts:
                self._group = replace(self._group, encoding=self._fonts[number])
        elif number in _CHARSETS and len(self._fonts) < _MOST_FONTS:
            self._fonts[self._font] = _CHARSETS[number]
        elif number == 0:
            self._fonts[self._font] = "cp1252"

    def _unicode(self, number: int) -> None:
        self._put(chr(number % 65536))
        self._to_skip = self._group.skips

    def _byte(self, code: int) -> None:
        if self._to_skip:
            self._to_skip -= 1
        else:
            self._bytes.append(code)

    def _plain(self, text: str) -> None:
        if self._to_skip:
            skipped = min(self._to_skip, len(text))
            self._to_skip -= skipped
            text = text[skipped:]
        self._put(text)

    def _end_bytes(self) -> None:
        if self._bytes:
            data, self._bytes = bytes(self._bytes), bytearray()
            self._put(data.decode(self._group.encoding, "replace"))

    def _put(self, text: str) -> None:
        where = self._group.where
        if self._group.hidden or not text:
            return
        if where == "text":
            self._line.append(text)
        elif where in _BESIDE or where in _PROPERTIES or where == "pict":
            self._held.append(text)

    def _end_paragraph(self) -> None:
        text = _joined(self._line)
        if self._group.in_table or self._cells:
            self._line = [text, " "] if text.strip() else []
            return
        self._line = []
        if self._group.heading:
            self.flow.heading(text)
        elif self._group.item:
            self.flow.item(text)
        else:
            self.flow.paragraph(text)

    def _end_row(self) -> None:
        left = _joined(self._line).strip()
        self._line = []
        self.flow.row([*(_joined([cell]) for cell in self._cells), left])
        self._cells = []

    def _end_picture(self, held: str) -> None:
        if not self._picture_kind:
            return
        digits = re.sub(r"[^0-9a-fA-F]", "", held)
        try:
            self.pictures.append(binascii.unhexlify(digits[: len(digits) & ~1]))
        except binascii.Error:
            return


def _joined(pieces: list[str]) -> str:
    """Text with surrogate pairs, which ``\\u`` writes one half at a time, put together."""
    text = "".join(pieces)
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _codec(name: str) -> str:
    try:
        return codecs.lookup(name).name
    except LookupError:
        return "cp1252"
