"""Counts the words of questions, aside from answering them."""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets
import threading
from collections import Counter
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from models.stop_words import STOP_WORDS
from pipelines.vocabulary.terms import normal
from service.asked.tables import AskedKey, AskedWord
from service.catalog.database import Database

DAYS_KEPT = 90
LEAST_SESSIONS = 5
"""A word is told once so many asked for it in one week."""

_PAUSE_S = 60.0
_CLOSE_S = 10.0
_MOST_WAITING = 5_000
_MOST_WORDS = 12
_SHORTEST, _LONGEST = 3, 40
_PHRASE = range(2, 4)
_log = logging.getLogger(__name__)

_Key = tuple[date, str, str]
"""Day, viewer, word."""


class QueryCounter:
    """Keeps counts in memory for a minute, then in the catalog. Thread safe.

    Args:
        enabled: whether anything is counted at all.
    """

    def __init__(self, database: Database, *, enabled: bool) -> None:
        self._database = database
        self._enabled = enabled
        self._lock = threading.Lock()
        self._asked = Counter[_Key]()
        self._answered = Counter[_Key]()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="asked", daemon=True)

    def start(self) -> None:
        """Begin to write down now and then, and to forget what is old."""
        self._thread.start()

    def close(self) -> None:
        """Write down what was counted."""
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join(timeout=_CLOSE_S)
        self._try()

    def note(self, words: str, viewer_id: str, *, found: bool) -> None:
        """Count one question."""
        if not self._enabled or not words:
            return
        day = datetime.now(UTC).date()
        with self._lock:
            for word in counted_words(words):
                key = (day, viewer_id, word)
                if key not in self._asked and len(self._asked) >= _MOST_WAITING:
                    return
                self._asked[key] += 1
                self._answered[key] += found

    def flush(self) -> None:
        """Write down what was counted since the last time."""
        with self._lock:
            asked, self._asked = self._asked, Counter()
            answered, self._answered = self._answered, Counter()
        if not asked:
            return
        with self._database.write() as session:
            keys: dict[str, str] = {}
            for (day, viewer_id, word), count in asked.items():
                week = week_of(day)
                if week not in keys:
                    keys[week] = _key_of(session, week)
                code = hmac.new(keys[week].encode(), viewer_id.encode(), hashlib.sha256)
                _add(
                    session,
                    AskedWord(
                        day=day,
                        session=code.hexdigest()[:16],
                        word=word,
                        week=week,
                        asked=count,
                        answered=answered[day, viewer_id, word],
                    ),
                )

    def forget(self) -> None:
        """Delete counts that are too old, and the keys of weeks that are over."""
        today = datetime.now(UTC).date()
        with self._database.write() as session:
            session.execute(
                delete(AskedWord).where(AskedWord.day < today - timedelta(days=DAYS_KEPT))
            )
            session.execute(delete(AskedKey).where(AskedKey.week != week_of(today)))

    def _run(self) -> None:
        self._try(forget=True)
        forgotten = datetime.now(UTC).date()
        while not self._closing.wait(_PAUSE_S):
            today = datetime.now(UTC).date()
            self._try(forget=today != forgotten)
            forgotten = today

    def _try(self, *, forget: bool = False) -> None:
        try:
            self.flush()
            if forget:
                self.forget()
        except Exception:
            # Counting must never stand in the way of anything.
            _log.exception("What was asked could not be counted")


def counted_words(words: str) -> list[str]:
    """What is counted of a question: its words, and all of it where it is short.

    Common words, numbers and what is very short or long are left out.
    """
    plain = normal(words).split()
    telling = [
        word
        for word in plain
        if _SHORTEST <= len(word) <= _LONGEST
        and not any(sign.isdigit() for sign in word)
        and word not in STOP_WORDS["english"]
    ]
    phrase = [" ".join(telling)] if len(telling) in _PHRASE else []
    return list(dict.fromkeys([*phrase[:1], *telling]))[:_MOST_WORDS]


def week_of(day: date) -> str:
    """The week of a day (ISO 8601): ``2026-W48``."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def _key_of(session: Session, week: str) -> str:
    row = session.get(AskedKey, week)
    if row is None:
        row = AskedKey(week=week, key=secrets.token_hex(32))
        session.add(row)
        session.flush()
    return row.key


def _add(session: Session, new: AskedWord) -> None:
    known = session.scalar(
        select(AskedWord)
        .where(
            AskedWord.day == new.day,
            AskedWord.session == new.session,
            AskedWord.word == new.word,
        )
        .with_for_update()
    )
    if known is None:
        session.add(new)
        session.flush()
    else:
        known.asked += new.asked
        known.answered += new.answered
