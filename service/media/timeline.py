"""Reading timelines, and the files made for them, out of the catalog."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipelines.video.keys import PREFIX
from service.access.seen import find_asset
from service.access.viewer import Viewer
from service.blobs import BlobStore
from service.catalog.database import Database
from service.catalog.tables import Asset, ContentStage, Unit
from service.errors import NotFound
from service.media.schemas import Line, Scene, Timeline
from service.media.tables import ContentFile

_STAGES = ("scenes", "speech", "proxy")
_MOST_LINES = 20_000
_NAMES = {"contact_sheet": "contact sheet", "proxy": "copy for browsers"}


class Media:
    """What moves and sounds, as one viewer sees it."""

    def __init__(self, database: Database, blobs: BlobStore, viewer: Viewer) -> None:
        self._database = database
        self._blobs = blobs
        self._viewer = viewer

    def timeline(self, asset_id: str) -> Timeline:
        """Scenes and transcript of an asset, empty where it has none; raises NotFound."""
        with self._database.read() as session:
            asset = find_asset(session, asset_id, self._viewer)
            files = session.scalars(
                select(ContentFile).where(ContentFile.sha256 == asset.sha256)
            ).all()
            remarks = session.scalars(
                select(ContentStage.reason).where(
                    ContentStage.sha256 == asset.sha256,
                    ContentStage.stage.in_(_STAGES),
                    ContentStage.reason.is_not(None),
                )
            ).all()
            addresses = {file.kind: file_address(asset_id, file) for file in files}
            return Timeline(
                duration_s=asset.duration_s,
                scenes=_scenes(session, asset),
                transcript=_transcript(session, asset),
                contact_sheet=addresses.get("contact_sheet"),
                proxy=addresses.get("proxy"),
                remarks=[each for each in remarks if each],
            )

    def file(self, asset_id: str, kind: str) -> tuple[Path, ContentFile]:
        """Where a file that was made of an asset lies; raises NotFound."""
        with self._database.read() as session:
            asset = find_asset(session, asset_id, self._viewer)
            file = session.get(ContentFile, (asset.sha256, kind))
        if file is None:
            raise NotFound(f"This asset has no {_NAMES[kind]}; its timeline says what there is.")
        return self._blobs.find(file.blob), file

    def thumbnail(self, asset_id: str, unit: str) -> Path:
        """Where the small picture of a unit of an asset lies; raises NotFound."""
        with self._database.read() as session:
            asset = find_asset(session, asset_id, self._viewer)
            found = session.scalar(
                select(Unit.thumbnail).where(Unit.sha256 == asset.sha256, Unit.key == unit)
            )
        if found is None:
            raise NotFound("This asset has no such picture; its timeline says which there are.")
        return self._blobs.find(found)


def unit_thumbnail(asset_id: str, unit: str, thumbnail: str) -> str:
    """The address of the small picture of a unit; it changes with the picture."""
    return f"/v1/assets/{asset_id}/thumbnail?unit={unit}&v={thumbnail[:16]}"


def file_address(asset_id: str, file: ContentFile) -> str:
    """The address of a file that was made of an asset; it changes with the bytes."""
    return f"/v1/assets/{asset_id}/{file.kind.replace('_', '-')}?v={file.blob[:16]}"


def _scenes(session: Session, asset: Asset) -> list[Scene]:
    rows = session.execute(
        select(Unit.key, Unit.kind, Unit.start_s, Unit.end_s, Unit.thumbnail, Unit.text)
        .where(Unit.sha256 == asset.sha256, Unit.key.startswith(PREFIX), Unit.end_s.is_not(None))
        .order_by(Unit.start_s, Unit.id)
    ).all()
    scenes = [
        Scene(
            unit=row.key,
            start_s=row.start_s,
            end_s=row.end_s,
            thumbnail=unit_thumbnail(asset.id, row.key, row.thumbnail) if row.thumbnail else None,
        )
        for row in rows
        if row.kind == "scene"
    ]
    for row in rows:
        if row.text:
            for scene in scenes:
                if scene.start_s <= row.start_s < scene.end_s:
                    scene.text = f"{scene.text} {row.text}".strip()
    return scenes


def _transcript(session: Session, asset: Asset) -> list[Line]:
    rows = session.execute(
        select(Unit.start_s, Unit.end_s, Unit.text, Unit.confidence, Unit.model)
        .where(Unit.sha256 == asset.sha256, Unit.kind == "transcript", Unit.start_s.is_not(None))
        .order_by(Unit.start_s, Unit.id)
        .limit(_MOST_LINES)
    )
    return [
        Line(
            start_s=row.start_s,
            end_s=row.end_s if row.end_s is not None else row.start_s,
            text=row.text,
            confidence=row.confidence,
            model=row.model,
        )
        for row in rows
    ]
