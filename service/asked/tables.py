"""The tables of what was asked.

A session stands for one person during one week: a code made with a key that is thrown away when
the week is over, so that nobody can tell afterwards whose it was, or which of another week.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import Date, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from service.catalog.tables import Base


class AskedWord(Base):
    """How often one session asked for a word on one day, and how often something was found."""

    __tablename__ = "asked_word"
    __table_args__ = (Index("asked_word_word", "word", "week", "session"),)

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    session: Mapped[str] = mapped_column(String(16), primary_key=True)
    word: Mapped[str] = mapped_column(String(80), primary_key=True)
    week: Mapped[str] = mapped_column(String(8))
    asked: Mapped[int]
    answered: Mapped[int]


class AskedKey(Base):
    """The key of a week; the keys of weeks that are over are deleted."""

    __tablename__ = "asked_key"

    week: Mapped[str] = mapped_column(String(8), primary_key=True)
    key: Mapped[str] = mapped_column(String(64))
