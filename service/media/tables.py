"""The table of files that were made of some content."""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from service.catalog.tables import Base


class ContentFile(Base):
    """A file that a later stage made of some content (see ``pipelines.analysis.DerivedFile``).

    ``blob`` is the hash of its bytes, which lie in the blob store.
    """

    __tablename__ = "content_file"
    __table_args__ = (Index("content_file_blob", "blob"),)

    sha256: Mapped[str] = mapped_column(
        ForeignKey("content.sha256", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    stage: Mapped[str] = mapped_column(String(16))
    media_type: Mapped[str] = mapped_column(String(127))
    blob: Mapped[str] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(BigInteger)
