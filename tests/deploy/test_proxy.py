"""Two processes of the app behind nginx with the configuration that ships, under a base path."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import httpx2
import pytest

from bench.visitor import visit
from geoloc_core.paths import ASSETS
from tests.browser.conftest import free_port
from tests.flow import play
from tests.patience import LONG

ROOT = ASSETS.parent
CONFIGURATION = ROOT / "deploy" / "nginx"
NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
BASE = "india/where"
PHOTO = next((ASSETS / "samples").glob("*.jpg")).read_bytes()
VISITS = 8

pytestmark = pytest.mark.skipif(NGINX is None, reason="nginx is not installed")


class Served(NamedTuple):
    """Where the proxy is, where each process behind it, and the folder that nginx may write to."""

    address: str
    processes: tuple[str, ...]
    folder: Path


@pytest.fixture(scope="module")
def served(tmp_path_factory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("nginx")
    ports, port = [free_port(), free_port()], free_port()
    configure(folder, port, ports)
    asked = {"STREAMLIT_SERVER_BASE_URL_PATH": BASE, "PATA_MODELS": str(folder / "none")}
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port"]
    servers = [
        subprocess.Popen([*command, str(each)], cwd=ROOT, env=os.environ | asked) for each in ports
    ]
    servers.append(subprocess.Popen([NGINX, "-p", folder, "-c", folder / "nginx.conf"]))
    processes = tuple(f"http://127.0.0.1:{each}/{BASE}" for each in ports)
    try:
        for address in (*processes, f"http://127.0.0.1:{port}/{BASE}"):
            wait_for(address, servers)
        yield Served(address, processes, folder)
    finally:
        for server in reversed(servers):
            server.kill()
            server.wait()


def configure(folder: Path, port: int, ports: list[int]) -> None:
    """The files that ship, with free ports, in a configuration that writes into the folder."""
    shipped = folder / "conf.d"
    shipped.mkdir()
    pata = (CONFIGURATION / "pata.conf").read_text()
    upstream = (CONFIGURATION / "upstream.conf").read_text()
    assert pata.count("listen 8080;") == 1
    (shipped / "pata.conf").write_text(pata.replace("8080", f"127.0.0.1:{port}"))
    for before, each in zip(("8511", "8512"), ports, strict=True):
        assert upstream.count(f"127.0.0.1:{before}") == 1
        upstream = upstream.replace(f":{before}", f":{each}")
    (shipped / "upstream.conf").write_text(upstream)
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    spools = "".join(f"{kind}_temp_path {folder}/spool/{kind};\n" for kind in kinds)
    (folder / "spool").mkdir()
    (folder / "nginx.conf").write_text(
        f"daemon off;\nmaster_process off;\npid {folder}/pid;\nerror_log {folder}/log;\n"
        f"events {{}}\nhttp {{\n{spools}include {shipped}/*.conf;\n}}\n"
    )


def wait_for(address: str, servers: list[subprocess.Popen[bytes]]) -> None:
    end = time.monotonic() + LONG
    while True:
        assert all(server.poll() is None for server in servers)
        assert time.monotonic() < end
        try:
            if httpx2.get(f"{address}/healthz", timeout=LONG).is_success:
                return
        except httpx2.HTTPError:
            pass
        time.sleep(0.1)


def test_each_visit_stays_with_one_process_and_both_have_some(served: Served) -> None:
    async def stay(here: asyncio.Barrier) -> None:
        async with visit(served.address) as visitor:
            await visitor.run()
            await here.wait()
            await visitor.upload("mine.jpg", PHOTO)  # any other process would refuse it
            said = " ".join(each.markdown.body for each in visitor.elements["markdown"])
            assert "In use: mine" in said
            await visitor.switch("Heat map")
            here.visits.append([visits(each) for each in served.processes])
            await here.wait()

    async def flow() -> list[list[int]]:
        here = asyncio.Barrier(VISITS)
        here.visits = []
        await asyncio.gather(*(stay(here) for _ in range(VISITS)))
        return here.visits

    for shares in play(flow()):
        assert sum(shares) == VISITS
        assert min(shares) > 0  # 1 in 128 that chance gives all to one


def visits(address: str) -> int:
    found: int = httpx2.get(f"{address}/healthz", timeout=LONG).json()["visits"]
    return found


def test_the_stated_headers_are_set_on_pages_scripts_and_refusals(served: Served) -> None:
    with httpx2.Client(timeout=LONG) as web:
        page = web.get(f"{served.address}/")
        script = re.search(r'src="([^"]*\.js)"', page.text).group(1)
        assert script.startswith(f"/{BASE}/") or script.startswith("./")
        again = web.get(f"{served.address}/")
        answers = [page, again, web.get(f"{served.address}/static/missing.js")]
    for answer in answers:
        assert "default-src 'self'" in answer.headers["content-security-policy"]
        assert "frame-ancestors 'self'" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert "nginx/" not in answer.headers["server"]
    assert "HttpOnly" in page.headers["set-cookie"]
    assert "pata_visit" not in again.headers.get("set-cookie", "")


def test_streamlits_metrics_are_told_to_nobody(served: Served) -> None:
    for address in (served.address, *served.processes):
        assert httpx2.get(f"{address}/_stcore/metrics", timeout=LONG).status_code == 404


def test_nothing_that_was_uploaded_is_on_the_proxys_disk(served: Served) -> None:
    async def flow() -> None:
        async with visit(served.address) as visitor:
            await visitor.run()
            place = await visitor.place_for("large.jpg")
            answer = await visitor.put(place, "large.jpg", PHOTO + bytes(10 * 2**20))
            assert answer.is_success
            refused = await visitor.put(place, "large.jpg", bytes(22 * 2**20))
            assert refused.status_code == 413

    play(flow())
    assert not [path for path in (served.folder / "spool").rglob("*") if path.is_file()]
    assert "buffered to a temporary file" not in (served.folder / "log").read_text()


def test_a_browser_draws_every_page_under_the_policy(served: Served, chromium) -> None:
    context = chromium.new_context(viewport={"width": 1400, "height": 1000})
    page = context.new_page()
    page.set_default_timeout(1000 * LONG)
    complaints, failed, outside = [], [], []
    page.on("console", lambda line: complaints.append(line.text))
    page.on("response", lambda answer: failed.append(answer.url) if answer.status >= 400 else None)
    page.on(
        "request",
        lambda asked: (
            None
            if asked.url.startswith((served.address.rsplit("/", 2)[0], "data:", "blob:"))
            else outside.append(asked.url)
        ),
    )
    page.goto(f"{served.address}/")
    chart = page.frame_locator("iframe[src*='folium']")
    chart.locator("path.leaflet-interactive").first.wait_for()
    page.locator(".strip button").nth(1).click()  # the film strip's own script
    for name in ("Leakage", "Audit", "Play", "Confusion", "Cells"):
        page.get_by_role("link", name=name, exact=True).click()
        page.get_by_role("heading", level=1).first.wait_for()
        page.locator("[data-testid=stStatusWidget]").wait_for(state="detached")
    assert not [line for line in complaints if "Content Security Policy" in line]
    assert not failed
    assert not outside
    context.close()


def test_where_a_process_does_not_answer_the_other_serves_its_visitors(served: Served, tmp_path):
    alive, port = int(served.processes[0].split(":")[2].split("/")[0]), free_port()
    configure(tmp_path, port, [alive, free_port()])
    with subprocess.Popen([NGINX, "-p", tmp_path, "-c", tmp_path / "nginx.conf"]) as proxy:
        address = f"http://127.0.0.1:{port}/{BASE}"
        try:
            wait_for(address, [proxy])
            for number in range(20):  # half of them belong to the process that is not there
                cookies = {"pata_visit": f"visit-{number}"}
                assert httpx2.get(f"{address}/healthz", timeout=LONG, cookies=cookies).is_success
        finally:
            proxy.kill()
