import tomllib

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from geoloc_core.paths import ASSETS
from pages.common import serving
from pages.common.serving import CompressedScripts, NoMetrics, PreparedPage, routes

SCRIPT = b"let answer = 42;\n" * 200
PAGE = "<!DOCTYPE html><html><head><title>Streamlit</title></head><body></body></html>"


@pytest.fixture
def server():
    """A small server behind both middlewares; `server.asked` holds the paths that reached it."""
    asked = []

    async def script(request):
        asked.append(request.url.path)
        lasting = {"Cache-Control": "public, immutable", "Accept-Ranges": "bytes"}
        return Response(SCRIPT, media_type="text/javascript", headers=lasting)

    async def page(request):
        asked.append(request.url.path)
        return HTMLResponse(PAGE, headers={"Cache-Control": "no-cache", "ETag": '"1"'})

    app = Starlette(
        routes=[
            Route("/static/js/{name}.js", script),
            *routes(),
            Route("/_stcore/health", page),
            Route("/_stcore/metrics", page),
            Route("/{path:path}", page),
        ],
        middleware=[
            Middleware(NoMetrics),
            Middleware(CompressedScripts),
            Middleware(PreparedPage),
        ],
    )
    client = TestClient(app)
    client.asked = asked
    return client


def test_a_script_is_compressed_once_and_is_what_it_was(server):
    for _ in range(3):
        answer = server.get("/static/js/a.js", headers={"Accept-Encoding": "gzip"})
        assert answer.headers["content-encoding"] == "gzip"
        assert int(answer.headers["content-length"]) < len(SCRIPT) / 5
        assert answer.content == SCRIPT  # the client unpacks it
    assert server.asked == ["/static/js/a.js"]


@pytest.mark.parametrize(
    "headers", [{"Accept-Encoding": "identity"}, {"Range": "bytes=0-9"}, {"If-None-Match": '"1"'}]
)
def test_who_asks_for_something_else_is_answered_by_the_app(server, headers):
    answer = server.get("/static/js/a.js", headers={"Accept-Encoding": "gzip"} | headers)
    assert "content-encoding" not in answer.headers
    assert answer.content == SCRIPT


def test_what_may_change_is_not_kept(server):
    for _ in range(2):
        answer = server.get("/static/css/unknown.css", headers={"Accept-Encoding": "gzip"})
        assert "content-encoding" not in answer.headers
    assert len(server.asked) == 2


def test_the_start_page_is_told_where_the_server_is(server, monkeypatch):
    monkeypatch.setattr(serving, "base_path", lambda: "/some/base")
    for path in ("/", "/leakage"):
        answer = server.get(path)
        assert 'BACKEND_BASE_URL: location.origin + "/some/base"' in answer.text
        assert "history.pushState" in answer.text
        assert "<title>Pata</title>" in answer.text
        assert int(answer.headers["content-length"]) == len(answer.content)
        assert "etag" not in answer.headers


def test_streamlits_own_answers_pass_through(server):
    assert server.get("/_stcore/health").text == PAGE


def test_leaflet_and_the_film_strip_come_from_this_server(server):
    assert b"Leaflet" in server.get("/pata/leaflet/leaflet.js").content[:2000]
    strip = server.get("/pata/samples.webp")
    assert strip.headers["content-type"] == "image/webp"
    assert strip.content[8:12] == b"WEBP"
    assert server.get("/pata/leaflet/%2e%2e/%2e%2e/setup.py").status_code == 404


def test_the_app_answers_on_this_machine_alone_unless_told_otherwise():
    config = tomllib.loads((ASSETS.parent / ".streamlit" / "config.toml").read_text())
    assert config["server"]["address"] == "127.0.0.1"


def test_streamlits_metrics_are_told_to_nobody(server):
    assert server.get("/_stcore/metrics").status_code == 404
    assert server.get("/_stcore/metrics/").status_code == 404
    assert server.asked == []
    assert server.get("/_stcore/health").is_success


def test_the_first_page_answers_to_its_name_too(server):
    answer = server.get("/explore?sample=a%26b", follow_redirects=False)
    assert answer.is_redirect
    assert answer.headers["location"] == "/?sample=a%26b"
