"""Puts together what finds duplicates in a home."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta

from service.blobs import BlobStore
from service.catalog.assets import Assets
from service.catalog.database import Database
from service.duplicates import invoices, pictures, texts, videos
from service.duplicates.cache import PrintCache
from service.duplicates.desk import DuplicateParts
from service.duplicates.scans import Scans
from service.home import Home
from service.media.pool import MediaPool
from service.settings import Settings


def open_duplicates(
    settings: Settings,
    home: Home,
    database: Database,
    resources: ExitStack,
    *,
    blobs: BlobStore,
    assets: Assets,
    media: MediaPool,
    look_model: Callable[[], str],
) -> DuplicateParts:
    """What is needed to look for duplicates; ``resources`` closes it.

    Args:
        media: the limited process that videos are decoded in.
        look_model: names the model whose vectors propose look-alikes.
    """
    prints = PrintCache(home.prints, pictures.METHOD)
    resources.callback(prints.close)
    scans = Scans(
        database,
        [
            (
                pictures.METHOD,
                pictures.WITHOUT_OPENCV,
                pictures.PictureFinder(database, blobs, prints, look_model),
            ),
            (texts.METHOD, "Texts were not compared.", texts.TextFinder(database)),
            (
                videos.METHOD,
                "Videos were not compared: install `magpie-content[video]` and scan again.",
                videos.VideoFinder(database, blobs, prints, media),
            ),
            (invoices.METHOD, "Invoices were not compared.", invoices.InvoiceFinder(database)),
        ],
        every=timedelta(hours=settings.duplicates_hours),
    )
    scans.open()
    resources.callback(scans.close)
    return DuplicateParts(
        scans=scans, assets=assets, blobs=blobs, forget=prints.forget, protected=settings.protected
    )
