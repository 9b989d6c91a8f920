"""The table of variants."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from service.catalog.tables import Base, now


class Variant(Base):
    """An asset that was made of another, its original; ``how``, in a person's words."""

    __tablename__ = "variant"
    __table_args__ = (Index("variant_original", "original_id"),)

    variant_id: Mapped[str] = mapped_column(
        ForeignKey("asset.id", ondelete="CASCADE"), primary_key=True
    )
    original_id: Mapped[str] = mapped_column(ForeignKey("asset.id", ondelete="CASCADE"))
    how: Mapped[str] = mapped_column(String(200), default="")
    actor: Mapped[str] = mapped_column(String(80))
    since: Mapped[datetime] = mapped_column(default=now)
