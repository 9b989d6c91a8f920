"""Every setting of Magpie: one class, one prefix (``MAGPIE_``), from the environment."""

from __future__ import annotations

import os
from functools import cached_property
from pathlib import Path
from typing import Literal

import platformdirs
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


def _default_home() -> Path:
    return Path(platformdirs.user_data_dir("magpie", appauthor=False))


class Settings(BaseSettings):
    """Settings, each read from ``MAGPIE_<NAME>``."""

    model_config = SettingsConfigDict(env_prefix="MAGPIE_", extra="ignore")

    home: Path = Field(
        default_factory=_default_home,
        description="Folder that holds the catalog, the index and the stored files.",
    )
    catalog_url: str = Field(
        default="",
        description="Where the catalog is kept; empty for SQLite in the home, or "
        "`postgresql+psycopg://USER:PASSWORD@HOST/DATABASE` (needs the extra `postgres`).",
    )
    offline: bool = Field(
        default=False,
        description="Refuse every network connection that leaves this machine.",
    )
    licence_policy: Literal["any", "commercial"] = Field(
        default="any",
        description="`commercial` refuses models whose licence forbids or leaves unclear "
        "commercial use.",
    )
    text_model: str = Field(
        default="all-minilm-l6-v2-int8", description="Model of the vector space `text`."
    )
    visual_model: str = Field(
        default="magpie-lite2-alignment",
        description="Model of the vector spaces `visual` and `look`.",
    )
    device: Literal["auto", "cpu", "cuda"] = Field(
        default="auto",
        description="Where the models run: `auto` takes a GPU where ONNX Runtime has one.",
    )
    model_idle_minutes: float = Field(
        default=15.0,
        ge=0,
        description="After so long without work a model leaves memory; 0 keeps it for ever.",
    )
    index_url: str = Field(
        default="",
        pattern=r"^(https?://.+)?$",
        description="Address of a Qdrant server that holds the vector index (needs the extra "
        "`server`); empty keeps it in the home.",
    )
    index_api_key: str = Field(default="", repr=False, description="API key of that Qdrant server.")
    fields: str = Field(
        default="",
        description="File with this library's own fields; empty takes `fields.yaml` in the home.",
    )
    ocr: Literal["rapidocr", "tesseract", "off"] = Field(
        default="rapidocr",
        description="What recognises text in pictures and scans; `rapidocr` needs the extra "
        "`ocr`, `tesseract` the program of that name.",
    )
    speech: str = Field(
        default="tiny.en",
        min_length=1,
        description="What writes down speech (needs the extra `speech`): `tiny.en`, the folder of "
        "a Whisper model for CTranslate2, a size that is fetched once (`small`), or `off`.",
    )
    media_seconds: float = Field(
        default=900.0,
        gt=0,
        description="Time that looking at one video, or listening to one sound, may take, in "
        "seconds; what was found until then is kept.",
    )
    media_memory_mb: int = Field(
        default=2048, ge=512, description="Memory that this may take, in MB."
    )
    writer_url: str = Field(
        default="",
        pattern=r"^(https?://.+)?$",
        description="Address of an OpenAI-compatible API that writes summaries, such as "
        "`http://127.0.0.1:11434/v1`; empty for none. The text of documents is sent there.",
    )
    writer_model: str = Field(default="", description="Model that writes, as that API calls it.")
    writer_api_key: str = Field(default="", repr=False, description="API key of that API.")
    writer_folder: str = Field(
        default="",
        description="Folder with a transformers model that writes summaries, in place of an API "
        "(needs the extra `torch`).",
    )
    writer_seconds: float = Field(
        default=60.0, gt=0, le=3600, description="Time that writing one summary may take."
    )
    threads: int = Field(
        default=0, ge=0, le=256, description="Threads for the models; 0 takes every core."
    )
    readers: int = Field(
        default=2, ge=1, le=64, description="Processes that read files at the same time."
    )
    reader_memory_mb: int = Field(
        default=1024, ge=128, description="Memory that one reader process may use, in MB."
    )
    reader_seconds: float = Field(
        default=120.0, gt=0, description="Time that one file may take to read, in seconds."
    )
    max_upload_mb: int = Field(
        default=4096, ge=1, description="Largest file that an upload may hold, in MB."
    )
    join_raw_and_jpeg: bool = Field(
        default=True,
        description="Whether a JPEG, HEIC or TIFF that stands beside a raw photo of the same name "
        "is a file of its record, instead of a record of its own.",
    )
    duplicates_hours: float = Field(
        default=0.0,
        ge=0,
        le=87_600,
        description="A server looks for duplicates so many hours after it last did; 0 leaves that "
        "to people.",
    )
    protected_collections: str = Field(
        default="",
        description="Collections, separated by commas, such as `Legal/Contracts`: of duplicates, "
        "what lies in them is the copy to keep and is never merged away.",
    )
    count_queries: bool = Field(
        default=True,
        description="Count the words of questions, without who asked them, for 90 days: for the "
        "report of tags.",
    )
    trash_days: float = Field(
        default=30.0,
        ge=0,
        le=36_500,
        description="After so many days in the trash a record goes for good; 0 leaves that to "
        "people.",
    )
    host: str = Field(default="127.0.0.1", description="Address that `magpie serve` listens on.")
    port: int = Field(
        default=8417, ge=0, le=65535, description="Port of `magpie serve`; 0 takes a free one."
    )
    metrics_open: bool = Field(
        default=False, description="Let anybody who reaches the server read `/metrics`."
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="The least important messages that the server logs."
    )
    log_format: Literal["text", "json"] = Field(
        default="text", description="`json` writes one object a line."
    )
    allowed_hosts: str = Field(
        default="",
        description="Further host names, separated by commas, under which browsers may reach "
        "the server.",
    )

    @property
    def fields_file(self) -> Path:
        """The file with this library's own fields, which need not exist."""
        return Path(self.fields) if self.fields else self.home / "fields.yaml"

    @property
    def protected(self) -> tuple[str, ...]:
        """The paths of the collections of which nothing is merged away."""
        paths = (each.strip() for each in self.protected_collections.split(","))
        return tuple(each for each in paths if each)

    @cached_property
    def encoder_threads(self) -> int:
        """Threads for the models: the setting, or every core that this process may use."""
        if self.threads:
            return self.threads
        if hasattr(os, "sched_getaffinity"):
            return len(os.sched_getaffinity(0))
        return os.cpu_count() or 1
