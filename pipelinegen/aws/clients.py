"""Clients of the SDK that are made when they are first needed: each costs a tenth of a second."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Any

from botocore.exceptions import BotoCoreError

from pipelinegen.errors import EnvironmentFault


class LazyClient:
    """A client for one service, shared by the threads of a run."""

    def __init__(self, make: Callable[[], Any], lock: Lock) -> None:
        """`lock` keeps two threads from making clients of one session at once.

        https://boto3.amazonaws.com/v1/documentation/api/latest/guide/clients.html
        """
        self._make = make
        self._lock = lock
        self._client: Any = None

    def __getattr__(self, operation: str) -> Any:
        with self._lock:
            if self._client is None:
                try:
                    self._client = self._make()
                except BotoCoreError as error:
                    raise EnvironmentFault(f"AWS cannot be called: {error}") from error
        return getattr(self._client, operation)
