"""What people do while a server dies: uploads, folders, edits; and what was acknowledged."""

from __future__ import annotations

import hashlib
import io
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from PIL import Image

_LETTERS = "bcdfghjklmnpqrstvwxz"
_TOKEN = 12
_FOLDER_FILES = 6
_SIDE = 64
_ACKNOWLEDGED = 300


@dataclass(slots=True)
class Promises:
    """What the server has acknowledged, and so must keep.

    Attributes:
        uploads: hash of the bytes by id of the asset.
        tokens: a word that only this asset holds, by its id.
        files: hash of each file of a folder that an accepted job is to take in.
        titles: titles of an asset, by id, of which one must stand: the last that was
            acknowledged and those sent after it.
    """

    uploads: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    files: dict[Path, str] = field(default_factory=dict)
    titles: dict[str, list[str]] = field(default_factory=dict)


class Traffic:
    """Sends requests of all kinds, one at a time, and keeps what was promised."""

    def __init__(self, folder: Path, dice: random.Random, *, can_edit: bool) -> None:
        self._folder = folder
        self._dice = dice
        self.promises = Promises()
        self._kinds: list[Callable[[httpx.Client], None]] = [
            self._upload,
            self._upload,
            self._ingest,
            self._change_file,
            self._edit if can_edit else self._read_again,
        ]

    def send(self, client: httpx.Client) -> None:
        """Do one thing; raises httpx.HTTPError where the server dies under it."""
        self._dice.choice(self._kinds)(client)

    def _upload(self, client: httpx.Client) -> None:
        token = self._token()
        name, data = self._file(token)
        answer = client.post("/v1/assets", files=[("files", (name, data))])
        if answer.status_code < _ACKNOWLEDGED:
            asset_id = answer.json()[0]["asset"]["id"]
            self.promises.uploads[asset_id] = hashlib.sha256(data).hexdigest()
            self.promises.tokens[asset_id] = token

    def _ingest(self, client: httpx.Client) -> None:
        folder = self._folder / self._token()
        folder.mkdir(parents=True)
        for _ in range(_FOLDER_FILES):
            name, data = self._file(self._token())
            (folder / name).write_bytes(data)
        self._take_in(client, folder)

    def _change_file(self, client: httpx.Client) -> None:
        known = sorted(self.promises.files)
        if not known:
            return
        path = self._dice.choice(known)
        # Until it is taken in again, either content may stand.
        del self.promises.files[path]
        path.write_bytes(self._file(self._token(), path.suffix)[1])
        self._take_in(client, path)

    def _take_in(self, client: httpx.Client, path: Path) -> None:
        files = [path] if path.is_file() else sorted(path.iterdir())
        promised = {file: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}
        request = {"paths": [str(path)], "in_place": self._dice.random() < 0.5}
        if client.post("/v1/ingest", json=request).status_code < _ACKNOWLEDGED:
            self.promises.files.update(promised)

    def _edit(self, client: httpx.Client) -> None:
        known = sorted(self.promises.uploads)
        if not known:
            return
        asset_id = self._dice.choice(known)
        title = f"Title {self._token()}"
        # One that is not acknowledged may stand all the same.
        self.promises.titles.get(asset_id, []).append(title)
        answer = client.patch(f"/v1/assets/{asset_id}", json={"title": title})
        if answer.status_code < _ACKNOWLEDGED:
            self.promises.titles[asset_id] = [title]

    def _read_again(self, client: httpx.Client) -> None:
        known = sorted(self.promises.uploads)
        if known:
            client.post(f"/v1/assets/{self._dice.choice(known)}/read", json={})

    def _token(self) -> str:
        return "".join(self._dice.choices(_LETTERS, k=_TOKEN))

    def _file(self, token: str, suffix: str | None = None) -> tuple[str, bytes]:
        """A small file that only its token tells from others; some cannot be read."""
        suffix = suffix or self._dice.choice([".txt", ".md", ".png", ".pdf"])
        if suffix == ".png":
            colour = tuple(self._dice.randbytes(3))
            picture = io.BytesIO()
            Image.frombytes("RGB", (_SIDE, _SIDE), bytes(colour) * _SIDE**2).save(picture, "PNG")
            return f"{token}.png", picture.getvalue() + token.encode()
        if suffix == ".pdf":
            return f"{token}.pdf", b"%PDF-1.7\nbroken " + token.encode()
        return f"{token}{suffix}", f"# A note\n\nThis note tells of {token}.\n".encode()
