"""The audit that runs beside the server, as a process of its own: one at a time.

What it says goes to files in its folder. It ends when the server ends (see `tied`), and goes on
when it is started again (see `geoloc_core.audit`).
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from dataclasses import asdict, dataclass
from pathlib import Path

from geoloc_core.catalogue import title
from geoloc_core.files import write_whole
from geoloc_core.paths import ASSETS
from pages.audit.order import Order
from pages.audit.progress import last_sentence

COMMAND = (sys.executable, "-m", "pages.audit.tied")
ORDER, ERRORS = "order.json", "stderr.txt"
ENDED_WELL = {0: "no leak found", 3: "leak", 4: "suspicious", 5: "inconclusive"}
PATIENCE = 5  # seconds from the polite end to the other

_lock = threading.Lock()
_latest: list[Run] = []  # of this server: none or one


@dataclass(frozen=True)
class Run:
    """An audit that was started: what was ordered, the folder of its report, its process."""

    order: Order
    out: Path
    process: subprocess.Popen[bytes]

    @property
    def status(self) -> int | None:
        """Its exit status; None while it runs; negative: the signal that ended it."""
        return self.process.poll()

    @property
    def said(self) -> str:
        """The end of what it said of its progress."""
        try:
            with (self.out / ERRORS).open("rb") as file:
                file.seek(max(0, file.seek(0, os.SEEK_END) - 8192))
                return file.read().decode("utf-8", "replace")
        except OSError:
            return ""


def latest() -> Run | None:
    """The audit that runs, or else the one that ran last."""
    return _latest[0] if _latest else None


def start(order: Order, audits: Path) -> bool:
    """Start an audit; False where another one runs. Raises OSError where nothing can be written."""
    out = order.out(audits)
    text = json.dumps(asdict(order), indent=1)
    with _lock:
        if _latest and _latest[0].status is None:
            return False
        write_whole(out / ORDER, lambda path: path.write_text(text, encoding="utf-8"))
        with (out / ERRORS).open("wb") as errors:
            process = subprocess.Popen(
                [*COMMAND, *order.arguments(out)],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                cwd=ASSETS.parent,
                env=os.environ | {"TQDM_MININTERVAL": "1"},
            )
        _latest[:] = [Run(order, out, process)]
    return True


def stop() -> None:
    """End the audit that runs, if there is one."""
    run = latest()
    if run is None or run.status is not None:
        return
    run.process.terminate()
    try:
        run.process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        run.process.kill()
        run.process.wait()


def outcome(run: Run) -> str:
    """How an audit ended, in one sentence."""
    status, name = run.status, title(run.order.model)
    if status in ENDED_WELL:
        return f"The audit of “{name}” has ended: {ENDED_WELL[status]} (exit status {status})."
    if status == -signal.SIGTERM:
        return f"The audit of “{name}” was stopped. The same button goes on where it was."
    if status is not None and status < 0:
        return (
            f"The audit of “{name}” was ended from outside (signal {-status}), as happens where "
            "memory runs short. The same button goes on where it was."
        )
    why = last_sentence(run.said) or f"It ended with exit status {status}."
    return f"The audit of “{name}” could not be done. {why}"
