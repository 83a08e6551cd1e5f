"""Serve the app with short times and small bounds: `python -m tests.pages.serve_uploads PORT`."""

from __future__ import annotations

import gc
import sys

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from streamlit.runtime import Runtime

from geoloc_core.data.subject import Subject
from pages.common import serving, uploads

TTL_SECONDS = 1.0
MOST_OF_ALL = 9 * 2**20


async def held(request: Request) -> JSONResponse:
    """What the server holds of its visitors."""
    manager = Runtime.instance()._session_mgr
    ended = manager._session_storage._cache
    files = uploads.held_uploads()
    return JSONResponse(
        {
            "visits": len(manager.list_active_sessions()),
            "ended": ended.currsize,
            "files": sum(map(len, files.values())),
            "photos": sum(type(one) is Subject and one.uploaded for one in gc.get_objects()),
        }
    )


def main(port: int) -> None:
    """Serve until killed."""
    uploads.SWEEP_SECONDS = 0.2
    uploads.MOST_OF_ALL = MOST_OF_ALL
    usual = serving.routes()
    serving.routes = lambda: [*usual, Route("/pata/held", held)]
    from streamlit.runtime import memory_session_storage as storage

    real = storage.MemorySessionStorage.__init__
    storage.MemorySessionStorage.__init__ = lambda self, **_: real(self, ttl_seconds=TTL_SECONDS)
    from app import app  # takes what it finds

    app.run(config={"server.port": port, "server.address": "127.0.0.1"})


if __name__ == "__main__":
    main(int(sys.argv[1]))
