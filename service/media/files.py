"""Writing down the files that a later stage made of some content."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import and_, delete, insert
from sqlalchemy.orm import Session

from pipelines.analysis import DerivedFile
from service.blobs import Blob
from service.media.tables import ContentFile


def replace_files(
    session: Session, sha256: str, stage: str, files: Sequence[tuple[DerivedFile, Blob]]
) -> None:
    """Put files, with where they are stored, in place of those that a stage made before."""
    session.execute(
        delete(ContentFile).where(ContentFile.sha256 == sha256, ContentFile.stage == stage)
    )
    rows = [
        {
            "sha256": sha256,
            "kind": file.kind,
            "stage": stage,
            "media_type": file.media_type,
            "blob": blob.sha256,
            "size": blob.size,
        }
        for file, blob in files
    ]
    if rows:
        session.execute(insert(ContentFile), rows)


def forget_files(
    session: Session, hashes: Sequence[str], kept: Mapping[str, Sequence[str]]
) -> None:
    """Forget the files of some contents, but not of the stages that are kept of each."""
    gone = delete(ContentFile).where(ContentFile.sha256.in_(hashes))
    for sha256, stages in kept.items():
        gone = gone.where(~and_(ContentFile.sha256 == sha256, ContentFile.stage.in_(stages)))
    session.execute(gone)
