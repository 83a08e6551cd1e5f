"""What the web server does beside Streamlit: compress what never changes, prepare the first page.

Streamlit leaves its scripts uncompressed, counting on a proxy in front of it. Here there may be
none, so each is compressed once and kept. The page that loads them is told where the server is
(else it asks at two places, one of which answers 404) and keeps one entry in the browser's history
for each thing that a visitor does.
"""

from __future__ import annotations

import gzip
import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import folium
import streamlit as st
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from streamlit.runtime import Runtime
from xstatic.pkg import leaflet

from geoloc_core.assets import faults, intact, unless_damaged
from geoloc_core.data import samples
from geoloc_core.display.thumbnails import film_strip
from geoloc_core.paths import ASSETS

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_LARGEST_KEPT = 8 * 2**20  # bytes; a larger file passes through as it is
_HISTORY = Path(__file__).with_name("history.js")


def base_path() -> str:
    """Where the app is mounted: "" or "/some/path"."""
    base = str(st.get_option("server.baseUrlPath")).strip("/")
    return f"/{base}" if base else ""


def routes() -> list[Any]:
    """What Streamlit does not have: Leaflet's files, the film strip, whether the server is well."""
    return [
        Route(f"{base_path()}/healthz", _health),
        Route(f"{base_path()}/explore", _first_page),
        Mount(f"{base_path()}/pata/leaflet", StaticFiles(directory=leaflet.BASE_DIR)),
        Route(f"{base_path()}/pata/samples.webp", _film_strip),
    ]


def serve_leaflet() -> None:
    """Make every Folium map load Leaflet from this server and nothing from anywhere else."""
    folium.Map.default_js = [("leaflet", f"{base_path()}/pata/leaflet/leaflet.js")]
    folium.Map.default_css = [("leaflet_css", f"{base_path()}/pata/leaflet/leaflet.css")]


async def _first_page(request: Request) -> Response:
    """The first page has the address of the app itself; by its name it is the same."""
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"{base_path()}/{query}")


async def _health(request: Request) -> Response:
    """That the server answers, how many pages are open in it, and how many files are damaged."""
    visits = Runtime.instance()._session_mgr.num_active_sessions()
    return JSONResponse({"status": "ok", "visits": visits, "damaged_files": len(faults())})


@cache
def _film_strip_file() -> bytes:
    return film_strip(unless_damaged(samples.read_samples, ()))


async def _film_strip(request: Request) -> Response:
    """All samples' thumbnails side by side, as one image."""
    return Response(
        _film_strip_file(), media_type="image/webp", headers={"Cache-Control": "max-age=3600"}
    )


class NoMetrics:
    """ASGI middleware: Streamlit's counts of its own doings are nobody's business."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an app."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything through but what asks for them."""
        asked = scope["type"] == "http" and scope["path"].rstrip("/").endswith("/_stcore/metrics")
        answer = PlainTextResponse("Not found", 404) if asked else self.app
        await answer(scope, receive, send)


class CompressedScripts:
    """ASGI middleware: Streamlit's scripts compressed, each once."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an app."""
        self.app = app
        self.kept: dict[str, tuple[Message, bytes]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from what is kept, or keep what the app answers."""
        if not _takes_gzip(scope):
            await self.app(scope, receive, send)
            return
        path = scope["path"]
        if path not in self.kept:
            start, body = await _answer(self.app, scope, receive)
            headers = dict(start["headers"])
            # what may change, and the start page that stands in for unknown paths, is not kept
            fixed = start["status"] == 200 and b"immutable" in headers.get(b"cache-control", b"")
            if not fixed or len(body) > _LARGEST_KEPT:
                await send(start)
                await send({"type": "http.response.body", "body": body})
                return
            body = gzip.compress(body)
            headers |= {
                b"content-encoding": b"gzip",
                b"content-length": str(len(body)).encode(),
                b"vary": b"Accept-Encoding",
            }
            del headers[b"accept-ranges"]
            self.kept[path] = {**start, "headers": list(headers.items())}, body
        start, body = self.kept[path]
        await send(start)
        await send({"type": "http.response.body", "body": body})


class PreparedPage:
    """ASGI middleware: puts `head` at the front of the start page's head."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an app."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything through but HTML."""
        if scope["type"] != "http" or scope["method"] != "GET" or not _asks_for_page(scope):
            await self.app(scope, receive, send)
            return
        plain = [pair for pair in scope["headers"] if pair[0] != b"accept-encoding"]
        start, body = await _answer(self.app, {**scope, "headers": plain}, receive)
        headers = dict(start["headers"])
        if headers.get(b"content-type", b"").startswith(b"text/html"):
            body = body.replace(b"<title>Streamlit</title>", b"<title>Pata</title>")
            body = body.replace(b"<head>", b"<head>" + head().encode(), 1)
            headers[b"content-length"] = str(len(body)).encode()
            for name in (b"etag", b"last-modified", b"accept-ranges"):
                headers.pop(name, None)
        await send({**start, "headers": list(headers.items())})
        await send({"type": "http.response.body", "body": body})


def head() -> str:
    """What the start page's head is given: the style, where the server is, the history's rule."""
    base = json.dumps(base_path())
    path = ASSETS / "style.css"
    style = unless_damaged(lambda: intact(path).read_text(encoding="utf-8"), "")
    return (
        f"<style>:root {{ color-scheme: light dark; }}\nbody {{\n{style}}}</style>"
        f"<script>window.__streamlit = {{ BACKEND_BASE_URL: location.origin + {base} }};\n"
        f"{_HISTORY.read_text(encoding='utf-8')}</script>"
    )


def _asks_for_page(scope: Scope) -> bool:
    """Whether a path has no extension and is none of Streamlit's own."""
    path = scope["path"].removeprefix(base_path())
    own = path.startswith(("/_stcore/", "/media/", "/component/", "/static/", "/pata/"))
    return not own and "." not in path.rsplit("/", 1)[-1]


def _takes_gzip(scope: Scope) -> bool:
    """Whether a request asks for a whole script or style sheet of Streamlit's and takes gzip."""
    if scope["type"] != "http" or scope["method"] != "GET":
        return False
    headers = dict(scope["headers"])
    return (
        scope["path"].startswith(f"{base_path()}/static/")
        and scope["path"].endswith((".js", ".css"))
        and b"gzip" in headers.get(b"accept-encoding", b"")
        and b"range" not in headers
        and b"if-none-match" not in headers
    )


async def _answer(app: ASGIApp, scope: Scope, receive: Receive) -> tuple[Message, bytes]:
    """The whole answer of an app: its start and its body."""
    start: Message = {}
    parts: list[bytes] = []

    async def collect(message: Message) -> None:
        if message["type"] == "http.response.start":
            start.update(message)
        else:
            parts.append(message.get("body", b""))

    await app(scope, receive, collect)
    return start, b"".join(parts)
