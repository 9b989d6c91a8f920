"""All later stages, in the order in which people want their results."""

from __future__ import annotations

from collections.abc import Callable

from models.pixels import Fit
from pipelines.pool import ReaderPool
from service.ingest.ocr_stage import OcrStage
from service.ingest.stages import LaterStage
from service.media.pool import MediaPool
from service.media.proxy_stage import ProxyStage
from service.media.scene_stage import SceneStage
from service.media.speech_stage import SpeechStage
from service.settings import Settings


def later_stages(
    settings: Settings, pool: ReaderPool, fit: Callable[[], Fit]
) -> tuple[list[LaterStage], MediaPool]:
    """The stages, and the pool that looks at video and listens to sound for them."""
    media = MediaPool(settings, fit)
    stages: list[LaterStage] = [
        OcrStage(settings, pool),
        SceneStage(settings, media),
        SpeechStage(settings, media),
        ProxyStage(media),
    ]
    return stages, media
