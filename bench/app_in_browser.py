"""The app as it ships, served on this machine, and a Chromium to look at it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from geoloc_core.errors import UserError

ROOT = Path(__file__).parents[1]


@contextmanager
def served() -> Iterator[str]:
    """The app at this address, from when it answers. Raises `UserError` if it does not start."""
    with served_by() as (address, _):
        yield address


@contextmanager
def served_by() -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The same, and the process that serves it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true"]
    command += [f"--server.port={port}", "--server.address=127.0.0.1"]
    address = f"http://127.0.0.1:{port}"
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        while True:
            try:
                urllib.request.urlopen(f"{address}/_stcore/health")
                break
            except OSError:
                if server.poll() is not None:
                    raise UserError("The app did not start: try `make app`.") from None
                time.sleep(0.05)
        yield address, server
    finally:
        server.terminate()
        server.wait()


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless Chromium. Raises `UserError` where there is none."""
    found = os.environ.get("PATA_CHROMIUM") or shutil.which("chromium")
    if found is None:
        raise UserError(
            "No Chromium found: install Debian's package chromium, or name one in PATA_CHROMIUM."
        )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()
