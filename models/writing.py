"""Language models that write: an OpenAI-compatible endpoint, or a folder of transformers.

What they are given to read is data: it stands between marks, and the instructions say so. That
protects from nothing by itself; whoever uses what was written has to check it.
"""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import Any, Protocol

from models.errors import ModelError

MOST_ANSWER = 200_000
"""Bytes of an answer that are read; a summary has some thousand."""

_TOKENS_A_WORD = 3
_BEGIN, _END = "<<<DOCUMENT", "DOCUMENT>>>"


class WritingError(ModelError):
    """The model did not write anything that can be used; the message says why."""


class Writer(Protocol):
    """Something that writes.

    Attributes:
        name: of the model, for people.
        key: changes whenever another model answers.
    """

    name: str
    key: str

    def write(self, instructions: str, document: str, most_words: int) -> str:
        """What it writes about a document; raises WritingError."""


class EndpointWriter:
    """Asks ``POST {url}/chat/completions``.

    Args:
        url: of the API with its version, such as ``http://127.0.0.1:11434/v1``.
        model: as the endpoint calls it.
        api_key: empty for none.
        seconds: that one answer may take in all.
    """

    def __init__(self, url: str, model: str, api_key: str = "", *, seconds: float = 60.0) -> None:
        self.name = model
        self.key = f"{url} {model}"
        self._url = f"{url.rstrip('/')}/chat/completions"
        self._headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        self._seconds = seconds

    def write(self, instructions: str, document: str, most_words: int) -> str:
        """As ``Writer.write``; a slow or endless answer is cut off."""
        body = {
            "model": self.name,
            "temperature": 0,
            "max_tokens": _TOKENS_A_WORD * most_words,
            "messages": [
                {"role": "system", "content": instructions},
                {"role": "user", "content": framed(document)},
            ],
        }
        return _content(self._ask(body))

    def _ask(self, body: dict[str, Any]) -> bytes:
        import httpx

        ends = time.monotonic() + self._seconds
        made = bytearray()
        try:
            with (
                httpx.Client(timeout=self._seconds, follow_redirects=False) as client,
                client.stream("POST", self._url, json=body, headers=self._headers) as answer,
            ):
                if answer.status_code != 200:
                    raise WritingError(f"The endpoint answered {answer.status_code}.")
                for piece in answer.iter_bytes(16_384):
                    made += piece
                    if len(made) > MOST_ANSWER:
                        raise WritingError("The endpoint's answer does not end.")
                    if time.monotonic() > ends:
                        raise WritingError(f"The endpoint took over {self._seconds:g} seconds.")
        except httpx.TimeoutException as error:
            raise WritingError(f"The endpoint took over {self._seconds:g} seconds.") from error
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise WritingError(f"The endpoint does not answer ({error}).") from error
        return bytes(made)


class FolderWriter:
    """Runs a transformers model (causal or sequence to sequence) from a folder; needs ``torch``.

    Args:
        folder: with ``config.json``, weights and tokenizer. Nothing is fetched.
    """

    def __init__(self, folder: Path) -> None:
        self.name = folder.name
        self.key = str(folder)
        self._folder = folder
        self._pipeline: Any = None

    def write(self, instructions: str, document: str, most_words: int) -> str:
        """As ``Writer.write``."""
        try:
            model, tokenizer, both = self._pipeline or self._load()
            self._pipeline = model, tokenizer, both
            text = f"{instructions}\n{framed(document)}\n"
            most = min(int(tokenizer.model_max_length), 4_096)
            given = tokenizer(text, return_tensors="pt", truncation=True, max_length=most)
            made = model.generate(
                **given, max_new_tokens=_TOKENS_A_WORD * most_words, do_sample=False
            )[0]
            new = made if both else made[given["input_ids"].shape[1] :]
            return str(tokenizer.decode(new, skip_special_tokens=True))
        except (OSError, ValueError, RuntimeError, ImportError, IndexError) as error:
            raise WritingError(
                f"The model in {self._folder} cannot write ({error}); check MAGPIE_WRITER_FOLDER."
            ) from error

    def _load(self) -> tuple[Any, Any, bool]:
        from models.torchvision_fix import install

        install()
        from transformers import (
            AutoConfig,
            AutoModelForCausalLM,
            AutoModelForSeq2SeqLM,
            AutoTokenizer,
        )

        here = {"local_files_only": True, "trust_remote_code": False}
        both = bool(AutoConfig.from_pretrained(self._folder, **here).is_encoder_decoder)
        kind = AutoModelForSeq2SeqLM if both else AutoModelForCausalLM
        model = kind.from_pretrained(self._folder, **here).eval()
        return model, AutoTokenizer.from_pretrained(self._folder, **here), both


def framed(document: str) -> str:
    """A document between marks that it cannot hold itself."""
    plain = re.sub(f"{_BEGIN}|{_END}", " ", document)
    return f"{_BEGIN}\n{plain}\n{_END}"


def _content(answer: bytes) -> str:
    try:
        content = json.loads(answer)["choices"][0]["message"]["content"]
    except (ValueError, KeyError, IndexError, TypeError, RecursionError) as error:
        raise WritingError("The endpoint's answer holds no text.") from error
    if not isinstance(content, str) or not content.strip():
        raise WritingError("The endpoint's answer holds no text.")
    return content
