"""Vocabularies and terms of a running server as seen by commands, over HTTP."""

from __future__ import annotations

from typing import Any

from pipelines.vocabulary.formats import MEDIA_TYPES, Format
from service.remote_jobs import Ask
from service.remote_records import Send
from service.vocabularies import schemas
from service.vocabularies.store import Written

_READING_TIMEOUT_S = 150.0


class RemoteVocabularies:
    """As ``VocabularyStore``."""

    def __init__(self, ask: Ask, send: Send) -> None:
        self._ask = ask
        self._send = send

    def all(self) -> schemas.VocabularyList:
        """As ``VocabularyStore.all``."""
        return self._ask(schemas.VocabularyList, "GET", "/v1/vocabularies")

    def get(self, vocabulary_id: str) -> schemas.Vocabulary:
        """As ``VocabularyStore.get``."""
        return self._ask(schemas.Vocabulary, "GET", f"/v1/vocabularies/{vocabulary_id}")

    def export(self, vocabulary_id: str, format_: Format) -> Written:
        """As ``VocabularyStore.export``."""
        answer = self._send("GET", f"/v1/vocabularies/{vocabulary_id}", params={"format": format_})
        # Not ``text``: line ends stay as they are.
        text = answer.content.decode("utf-8")
        return Written(f"{vocabulary_id}.{format_}", MEDIA_TYPES[format_], text)

    def check(
        self, data: bytes, format_: Format, *, vocabulary_id: str = "", source: str = ""
    ) -> schemas.Vocabulary:
        """As ``VocabularyStore.check``."""
        return self._bring(data, format_, vocabulary_id, source, dry_run=True)

    def create(
        self, data: bytes, format_: Format, *, vocabulary_id: str = "", source: str = ""
    ) -> schemas.Vocabulary:
        """As ``VocabularyStore.create``."""
        return self._bring(data, format_, vocabulary_id, source, dry_run=False)

    def replace(
        self, vocabulary_id: str, data: bytes, format_: Format, *, source: str = ""
    ) -> schemas.Vocabulary:
        """As ``VocabularyStore.replace``."""
        return self._ask(
            schemas.Vocabulary,
            "PUT",
            f"/v1/vocabularies/{vocabulary_id}",
            params={"format": format_},
            files={"file": (source or "vocabulary", data)},
            timeout=_READING_TIMEOUT_S,
        )

    def use(self, vocabulary_id: str, change: schemas.VocabularyChange) -> schemas.Vocabulary:
        """As ``VocabularyStore.use``."""
        path = f"/v1/vocabularies/{vocabulary_id}"
        return self._ask(schemas.Vocabulary, "PATCH", path, json=change.model_dump())

    def delete(self, vocabulary_id: str) -> None:
        """As ``VocabularyStore.delete``."""
        self._send("DELETE", f"/v1/vocabularies/{vocabulary_id}")

    def _bring(
        self, data: bytes, format_: Format, id_: str, source: str, *, dry_run: bool
    ) -> schemas.Vocabulary:
        params: dict[str, Any] = {"format": format_, "dry_run": dry_run}
        if id_:
            params["id"] = id_
        return self._ask(
            schemas.Vocabulary,
            "POST",
            "/v1/vocabularies",
            params=params,
            files={"file": (source or "vocabulary", data)},
            timeout=_READING_TIMEOUT_S,
        )


class RemoteTerms:
    """As ``Terms``, as far as commands ask."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    def find(
        self,
        name: str = "",
        *,
        vocabulary_id: str | None = None,
        limit: int = 20,
        cursor: str | None = None,
    ) -> schemas.TermPage:
        """As ``Terms.find``."""
        said = {"name": name, "vocabulary": vocabulary_id, "limit": limit, "cursor": cursor}
        params = {key: value for key, value in said.items() if value is not None}
        return self._ask(schemas.TermPage, "GET", "/v1/terms", params=params)

    def merge(self, merge: schemas.TermMerge) -> schemas.Term:
        """As ``Terms.merge``."""
        return self._ask(schemas.Term, "POST", "/v1/terms/merge", json=merge.model_dump())


class RemoteProposals:
    """As ``Proposals``."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    def all(self, *, state: str = "open", limit: int = 50) -> schemas.ProposalPage:
        """As ``Proposals.all``."""
        params: dict[str, str | int] = {"state": state, "limit": limit}
        return self._ask(schemas.ProposalPage, "GET", "/v1/terms/proposals", params=params)

    def propose(self, new: schemas.NewProposal) -> schemas.Proposal:
        """As ``Proposals.propose``."""
        said = new.model_dump()
        return self._ask(schemas.Proposal, "POST", "/v1/terms/proposals", json=said)

    def accept(self, proposal_id: str, how: schemas.ProposalAcceptance) -> schemas.Term:
        """As ``Proposals.accept``."""
        path = f"/v1/terms/proposals/{proposal_id}/accept"
        return self._ask(schemas.Term, "POST", path, json=how.model_dump())

    def reject(self, proposal_id: str) -> schemas.Proposal:
        """As ``Proposals.reject``."""
        return self._ask(schemas.Proposal, "POST", f"/v1/terms/proposals/{proposal_id}/reject")

    def gather(self) -> schemas.Gathered:
        """As ``Proposals.gather``."""
        return self._ask(schemas.Gathered, "POST", "/v1/terms/proposals/gather")
