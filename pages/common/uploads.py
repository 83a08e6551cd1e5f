"""What visitors upload: bounded while it arrives, gone soon after they have left.

Streamlit takes any number of files of a visit, spools larger ones to disk, and lets go of a visit
that ended only when the next visitor comes. Pata promises less of them and less time.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import streamlit as st
from starlette.formparsers import MultiPartParser
from starlette.responses import PlainTextResponse
from streamlit.runtime import Runtime
from streamlit.runtime.memory_session_storage import MemorySessionStorage
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

from pages.common.memory import give_back

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

MOST_FILES = 8  # of a visit, held or arriving: twice the photos of one place
MOST_OF_ALL = 400 * 2**20  # bytes of all visits, held or arriving
SWEEP_SECONDS = 15.0
BUSY = "Too much is being uploaded at the moment. Try again in a moment."

_log = logging.getLogger(__name__)
_refused: Counter[str] = Counter()  # files by visit, until the visitor is told


class BoundedUploads:
    """ASGI middleware: refuses an upload that would be one too many, before any of it is read."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an app."""
        self.app = app
        self.arriving: Counter[str] = Counter()  # uploads by visit
        self.bytes = 0  # that they may bring

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let an upload pass if there is room for it, and anything else."""
        visit = _visit(scope)
        if visit is None:
            await self.app(scope, receive, send)
            return
        size, held = _size(scope), held_uploads()
        files = len(held.get(visit, {})) + self.arriving[visit]
        total = sum(sum(each.values()) for each in held.values()) + self.bytes
        if files >= MOST_FILES or total + size > MOST_OF_ALL:
            if visit in held:  # else it may be nobody's
                _refused[visit] += 1
            await PlainTextResponse(BUSY, 429, {"Retry-After": "5"})(scope, receive, send)
            return
        self.arriving[visit] += 1
        self.bytes += size
        try:
            await self.app(scope, receive, send)
        finally:
            self.bytes -= size
            self.arriving[visit] -= 1
            self.arriving += Counter()  # drops visits of which nothing arrives


def take_refused(visit: str) -> int:
    """How many files of a visit were refused since this was asked last."""
    return _refused.pop(visit, 0)


def held_uploads() -> Mapping[str, Mapping[str, int]]:
    """The uploads that are held in memory: by visit, by file, their bytes."""
    manager = Runtime.instance().uploaded_file_mgr
    assert isinstance(manager, MemoryUploadedFileManager), "files are kept in memory alone"
    kept = {visit: dict(files) for visit, files in manager.file_storage.copy().items()}
    return {
        visit: {file: len(record.data) for file, record in files.items()}
        for visit, files in kept.items()
    }


@asynccontextmanager
async def forget_visits(app: object) -> AsyncIterator[None]:
    """While the server runs, let go of visits that ended, whether or not another visitor comes."""
    # an upload stays in memory until it is decoded: nothing of it is on a disk
    MultiPartParser.spool_max_size = (largest_upload() + 2) * 2**20

    async def sweep() -> None:
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            try:
                forget_ended()
                give_back()
            except Exception:  # the next sweep may do better; the server must not end
                _log.exception("Visits that ended could not be let go of.")

    task = asyncio.create_task(sweep())
    try:
        yield
    finally:
        task.cancel()


def forget_ended() -> int:
    """Let go of the visits that ended two minutes ago or earlier; how many they were."""
    manager: Any = Runtime.instance()._session_mgr
    storage = manager._session_storage
    assert isinstance(storage, MemorySessionStorage)
    ended: Any = storage._cache
    sessions = [info.session for _, info in ended.expire()]
    for session in sessions:
        session.shutdown()
        session.session_state.clear()  # Streamlit's own loop holds on to the last visit
        take_refused(session.id)
    return len(sessions)


def largest_upload() -> int:
    """What one file may have, in MB."""
    return int(st.get_option("server.maxUploadSize"))


def _visit(scope: Scope) -> str | None:
    """The visit that uploads a file, None for any other request."""
    if scope["type"] != "http" or scope["method"] not in ("PUT", "POST"):
        return None
    _, found, rest = scope["path"].partition("/_stcore/upload_file/")
    return rest.split("/")[0] if found else None


def _size(scope: Scope) -> int:
    """How many bytes an upload may bring: as many as it says, else as a file may have."""
    said = dict(scope["headers"]).get(b"content-length", b"")
    return int(said) if said.isdigit() else largest_upload() * 2**20
