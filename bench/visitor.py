"""A visitor without a browser: opens the app, uploads, switches and leaves, over its own protocol.

Streamlit's page talks to the server by protobuf messages over a websocket, and uploads files by
HTTP. A visitor here does the same, so that many of them fit beside the server on two cores.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx2
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Common_pb2 import FileURLs, UploadedFileInfo
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect

PATIENCE = 300.0  # seconds that one run of a page may take
XSRF = "_streamlit_xsrf"


class VisitError(Exception):
    """The app answered something else than its page."""


@dataclass
class Visitor:
    """One open page: its elements by their kind, and the state of what was touched."""

    web: httpx2.AsyncClient
    socket: ClientConnection
    token: str
    session: str = ""
    elements: dict[str, list[Element]] = field(default_factory=dict)
    states: dict[str, WidgetState] = field(default_factory=dict)
    exceptions: list[str] = field(default_factory=list)

    async def run(self, query: str = "") -> None:
        """Let the page run with the widgets as they are, and take in what it shows."""
        message = BackMsg()
        message.rerun_script.query_string = query
        message.rerun_script.widget_states.widgets.extend(self.states.values())
        await self.socket.send(message.SerializeToString())
        self.elements, self.exceptions = {}, []
        for trigger in [key for key, state in self.states.items() if state.trigger_value]:
            del self.states[trigger]  # a click is told once
        async with asyncio.timeout(PATIENCE):
            while True:
                answer = await self._next()
                if answer.WhichOneof("type") == "script_finished":
                    break
        if self.exceptions:
            raise VisitError(self.exceptions[0])

    async def switch(self, label: str) -> None:
        """Turn a switch over and let the page run."""
        found = next(
            each.checkbox for each in self.elements["checkbox"] if each.checkbox.label == label
        )
        before = self.states.get(found.id)
        on = found.default if before is None else before.bool_value
        self.states[found.id] = WidgetState(id=found.id, bool_value=not on)
        await self.run()

    async def click(self, label: str) -> None:
        """Press a button and let the page run."""
        buttons = [each.button for each in self.elements["button"]]
        found = next(button for button in buttons if button.label == label)
        self.states[found.id] = WidgetState(id=found.id, trigger_value=True)
        await self.run()

    async def upload(self, name: str, content: bytes, times: int = 1) -> None:
        """Upload a file, or so many like it, and let the page run with those that were taken."""
        uploader = self.elements["file_uploader"][0].file_uploader
        state = WidgetState(id=uploader.id)
        taken = state.file_uploader_state_value.uploaded_file_info
        for _ in range(times):
            place = await self.place_for(name)
            answer = await self.put(place, name, content)
            if answer.is_success:
                taken.append(
                    UploadedFileInfo(
                        name=name, size=len(content), file_id=place.file_id, file_urls=place
                    )
                )
        if not taken:
            raise VisitError(answer.text)
        self.states[uploader.id] = state
        await self.run()

    async def place_for(self, name: str) -> FileURLs:
        """Ask where a file may be put."""
        message = BackMsg()
        message.file_urls_request.request_id = name
        message.file_urls_request.file_names.append(name)
        message.file_urls_request.session_id = self.session
        await self.socket.send(message.SerializeToString())
        while True:
            answer = await self._next()
            if answer.WhichOneof("type") == "file_urls_response":
                place: FileURLs = answer.file_urls_response.file_urls[0]
                return place

    async def put(self, place: FileURLs, name: str, content: bytes) -> httpx2.Response:
        """Put a file where it may be put."""
        headers = {"X-Xsrftoken": self.token}
        return await self.web.put(
            place.upload_url, files={"file": (name, content)}, headers=headers
        )

    async def _next(self) -> ForwardMsg:
        answer = ForwardMsg()
        answer.ParseFromString(await self.socket.recv(decode=False))
        kind = answer.WhichOneof("type")
        if kind == "new_session":
            self.session = answer.new_session.initialize.session_id
        if kind == "delta":
            self._take(answer.delta)
        return answer

    def _take(self, delta: Delta) -> None:
        if delta.WhichOneof("type") != "new_element":
            return
        element = delta.new_element
        kind = element.WhichOneof("type") or ""
        self.elements.setdefault(kind, []).append(element)
        if kind == "exception":
            self.exceptions.append(element.exception.message)


@asynccontextmanager
async def visit(address: str, **more: Any) -> AsyncIterator[Visitor]:
    """Open the app at this address, which may have a path; the visitor leaves at the end."""
    async with httpx2.AsyncClient(base_url=address, timeout=PATIENCE) as web:
        await web.get("/_stcore/health")
        await web.get("/_stcore/host-config")
        token = web.cookies.get(XSRF) or ""
        cookies = "; ".join(f"{name}={value}" for name, value in web.cookies.items())
        origin = "{0.scheme}://{0.netloc}".format(urlsplit(address))
        socket = f"ws{address.removeprefix('http')}/_stcore/stream"
        async with connect(
            socket,
            subprotocols=["streamlit", token or "none"],  # type: ignore[list-item]
            additional_headers={"Cookie": cookies},
            origin=origin,  # type: ignore[arg-type]
            max_size=None,
            **more,
        ) as connected:
            yield Visitor(web, connected, token)
