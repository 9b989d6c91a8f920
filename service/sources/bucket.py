"""An S3 bucket, or what begins with a prefix in it, as a source.

Where the service is and who asks comes from the usual variables: ``AWS_ENDPOINT_URL_S3``,
``AWS_REGION``, ``AWS_ACCESS_KEY_ID``, ``AWS_SECRET_ACCESS_KEY``, ``AWS_PROFILE``.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import cached_property
from typing import Any

from service.blobs import BlobStore
from service.errors import BadRequest, TooLarge, Unavailable
from service.ingest.arrivals import Arrival, Incoming
from service.ingest.register import Registrar
from service.ingest.walk import is_wanted
from service.sources.place import Entry
from service.sources.schemas import SCHEME

_AT_ONCE = 4
_CONNECT_S = 10
_READ_S = 60
_ATTEMPTS = 4


class Bucket:
    """The objects under a prefix; their bytes are copied, one page of the listing in memory.

    Args:
        max_bytes: larger objects are not taken in.
    """

    def __init__(self, url: str, registrar: Registrar, blobs: BlobStore, *, max_bytes: int) -> None:
        self._bucket, _, self._prefix = url.removeprefix(SCHEME).partition("/")
        self._registrar = registrar
        self._blobs = blobs
        self._max_bytes = max_bytes

    @cached_property
    def client(self) -> Any:
        """A boto3 client; safe to use from several threads."""
        boto3 = need_boto3()
        from botocore.config import Config

        config = Config(
            connect_timeout=_CONNECT_S,
            read_timeout=_READ_S,
            retries={"mode": "standard", "max_attempts": _ATTEMPTS},
            max_pool_connections=_AT_ONCE + 1,
        )
        return boto3.client("s3", config=config)

    def check(self, *, has_files: bool) -> None:  # noqa: ARG002
        """As ``Place.check``; an empty bucket is as good as any."""
        with _explained(self._bucket):
            self.client.list_objects_v2(Bucket=self._bucket, Prefix=self._prefix, MaxKeys=1)

    def listed(
        self,
        after: str,
        on_problem: Callable[[str], None],  # noqa: ARG002
    ) -> Iterator[Entry]:
        """As ``Place.listed``: S3 lists by the bytes of the UTF-8 keys, which is the same order."""
        root = f"{SCHEME}{self._bucket}/"
        start = {"StartAfter": after.removeprefix(root)} if after else {}
        with _explained(self._bucket):
            pages = self.client.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket, Prefix=self._prefix, **start
            )
            for page in pages:
                for found in page.get("Contents", ()):
                    if self._is_file(found["Key"]):
                        yield _entry(root, found)

    def take(self, entries: Sequence[Entry], job_id: str) -> list[Arrival]:
        """As ``Place.take``; what is known with the same size and time is not fetched again."""
        known = self._registrar.known_objects([entry.origin for entry in entries])
        same = {
            entry.origin: known[entry.origin].asset_id
            for entry in entries
            if entry.origin in known
            and (known[entry.origin].size, known[entry.origin].modified_ns)
            == (entry.size, entry.modified_ns)
        }
        arrivals = [
            Arrival(_name(origin), "unchanged", asset_id, origin=origin)
            for origin, asset_id in same.items()
        ]
        with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="fetch") as pool:
            fetched = list(
                pool.map(self._fetch, [entry for entry in entries if entry.origin not in same])
            )
        arrivals += [each for each in fetched if isinstance(each, Arrival)]
        stored = [each for each in fetched if isinstance(each, Incoming)]
        return arrivals + (self._registrar.add_stored(stored, job_id=job_id) if stored else [])

    def is_gone(self, origin: str) -> bool:  # noqa: ARG002
        """As ``Place.is_gone``: a listing leaves nothing out."""
        return True

    def _is_file(self, key: str) -> bool:
        inner = key.removeprefix(self._prefix)
        return not key.endswith("/") and all(is_wanted(part) for part in inner.split("/") if part)

    def _fetch(self, entry: Entry) -> Incoming | Arrival:
        from botocore.exceptions import BotoCoreError, ClientError

        key = entry.origin.removeprefix(f"{SCHEME}{self._bucket}/")
        try:
            if entry.size > self._max_bytes:
                raise TooLarge(
                    f"{entry.origin} is larger than the limit of {self._max_bytes // 2**20} MB; "
                    "raise MAGPIE_MAX_UPLOAD_MB."
                )
            # A newer object is not taken for the listed one: the next scan lists it.
            answer = self.client.get_object(Bucket=self._bucket, Key=key, IfMatch=entry.etag)
            with answer["Body"] as body:
                blob = self._blobs.put(body, max_bytes=self._max_bytes)
        except TooLarge as error:
            return _unreadable(entry, error.message)
        except (BotoCoreError, ClientError) as error:
            return _unreadable(
                entry, f"{entry.origin} cannot be fetched ({error}); the next scan tries again."
            )
        return Incoming(
            origin=entry.origin,
            name=_name(entry.origin),
            size=blob.size,
            modified_ns=entry.modified_ns,
            blob=blob,
        )


def need_boto3() -> Any:
    try:
        import boto3
    except ImportError as error:
        raise BadRequest(
            'Buckets need the extra `s3`: pip install "magpie-content[s3]".'
        ) from error
    return boto3


@contextlib.contextmanager
def _explained(bucket: str) -> Iterator[None]:
    """Raise Unavailable, in one sentence, where boto3 raises."""
    need_boto3()
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise Unavailable(
            f"The bucket {bucket} cannot be read ({error}); check its name, the AWS variables of "
            "the environment and the network."
        ) from error


def _entry(root: str, found: dict[str, Any]) -> Entry:
    modified: datetime = found["LastModified"]
    modified_ns = int(modified.timestamp()) * 1_000_000_000
    change = f"{found['ETag']}-{found['Size']}-{modified_ns}"
    return Entry(root + found["Key"], change, found["Size"], modified_ns, found["ETag"])


def _name(origin: str) -> str:
    return origin.rpartition("/")[2]


def _unreadable(entry: Entry, reason: str) -> Arrival:
    return Arrival(_name(entry.origin), "unreadable", reason=reason, origin=entry.origin)
