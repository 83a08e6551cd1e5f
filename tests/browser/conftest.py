import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.patience import LONG

ROOT = Path(__file__).parents[2]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def address(tmp_path_factory):
    """Where the app is served over the stand-in's world."""
    port = free_port()
    gallery = tmp_path_factory.mktemp("gallery")
    command = [sys.executable, "-m", "tests.browser.serve", str(port), str(gallery)]
    server = subprocess.Popen(command, cwd=ROOT)
    address = f"http://127.0.0.1:{port}"
    try:
        while True:  # as long as it lives: a busy machine takes its time
            assert server.poll() is None, "the server stopped"
            try:
                urllib.request.urlopen(f"{address}/_stcore/health")
                break
            except OSError:
                time.sleep(0.5)
        yield address
    finally:
        server.terminate()
        server.wait()


@pytest.fixture
def page(chromium, address):
    """An empty page; whatever it asks of other machines is refused and written down."""
    context = chromium.new_context(viewport={"width": 1400, "height": 1000})
    page = context.new_page()
    page.set_default_timeout(1000 * LONG)
    expect.set_options(timeout=1000 * LONG)
    page.outside, page.failed = [], []

    def answer(route):
        if route.request.url.startswith((address, "data:", "blob:")):
            route.continue_()
        else:
            page.outside.append(route.request.url)
            route.abort()

    def note(response):
        if response.status >= 400:
            page.failed.append(response.url)

    context.route("**/*", answer)
    page.on("response", note)
    yield page
    context.close()
