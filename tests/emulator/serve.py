"""Serves AWS on this machine alone until it is told to stop: python -m tests.emulator.serve."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

HOST = "127.0.0.1"
ACCOUNT = "111111111111"
REGION = "eu-west-1"

_KEPT = ("HOME", "PATH", "TMPDIR")
_SETTINGS = {
    "BIND_HOST": HOST,
    "IOT_MTLS_ENABLED": "0",  # else it listens on another port
    "SFTP_ENABLED": "0",
    "LOG_LEVEL": "CRITICAL",  # the one line that is read stands alone
    "MINISTACK_ACCOUNT_ID": ACCOUNT,
    "MINISTACK_HOST": HOST,
    "MINISTACK_REGION": REGION,
}
_READY = """\
AWS until Ctrl-C, in another shell: export AWS_ENDPOINT_URL={url}\
 AWS_ACCESS_KEY_ID={account} AWS_SECRET_ACCESS_KEY=none\
 AWS_REGION={region} AWS_DEFAULT_REGION={region}
"""
"""An access key of twelve digits is an account to ministack; boto3 reads only the last."""

Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


def main() -> None:
    """Read the flags and serve."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=4566, help="0 takes a free one (4566)")
    parser.add_argument("--pace", type=float, default=0, help="seconds for each resource (0)")
    flags = parser.parse_args()
    try:
        listening = socket.create_server((HOST, flags.port))
    except OSError as error:
        parser.error(f"cannot listen on port {flags.port}: {error.strerror}; try '--port 0'")
    port = listening.getsockname()[1]
    _set_up(port)
    asyncio.run(_serve(listening, port, flags.pace))


def _set_up(port: int) -> None:
    """Leave nothing of the environment that ministack would read as a setting of its own."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    os.environ.clear()
    os.environ.update(kept, GATEWAY_PORT=str(port), **_SETTINGS)


async def _serve(listening: socket.socket, port: int, pace: float) -> None:
    # only now: ministack reads its settings when it is imported
    from hypercorn.asyncio import serve
    from hypercorn.config import Config
    from ministack.app import app

    from tests.emulator.shim import install

    install(pace=pace)

    async def announced(scope: Message, receive: Receive, send: Send) -> None:
        async def tell(message: Message) -> None:
            await send(message)
            if message["type"] == "lifespan.startup.complete":
                _announce(f"http://{HOST}:{port}")

        await app(scope, receive, tell if scope["type"] == "lifespan" else send)

    stop = asyncio.Event()
    for signal_number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(signal_number, stop.set)
    settings = Config()
    settings.bind = [f"fd://{listening.detach()}"]
    settings.loglevel = "CRITICAL"
    settings.graceful_timeout = 1
    await serve(announced, settings, shutdown_trigger=stop.wait)


def _announce(url: str) -> None:
    """Say where AWS is; whoever connects before it listens waits in the queue of the socket."""
    sys.stdout.write(_READY.format(url=url, account=ACCOUNT, region=REGION))
    sys.stdout.flush()


if __name__ == "__main__":
    main()
