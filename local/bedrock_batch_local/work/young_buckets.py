"""Buckets that are too new to be known everywhere: their first jobs fail although all rights exist."""

from __future__ import annotations

from threading import Lock

from bedrock_batch_local.engine.quirks import Quirks


class YoungBuckets:
    """How often each bucket still fails as if it were not known. Many threads use it."""

    def __init__(self, quirks: Quirks) -> None:
        self._failures = quirks.young_bucket_failures
        self._failed: dict[str, int] = {}
        self._lock = Lock()

    def fails(self, bucket: str) -> bool:
        """Whether this check of a bucket fails. Each call is one check."""
        with self._lock:
            failed = self._failed.get(bucket, 0)
            self._failed[bucket] = failed + 1
            return failed < self._failures
