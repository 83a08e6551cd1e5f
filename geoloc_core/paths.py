"""Where the files that ship with Pata lie, and where it keeps what it can make again."""

from __future__ import annotations

import os
from pathlib import Path

ASSETS = Path(__file__).resolve().parents[1] / "assets"


def cache_folder() -> Path | None:
    """The user's folder for what was measured or compiled on this machine.

    $XDG_CACHE_HOME/pata, by default ~/.cache/pata, made if need be and readable by the user alone.
    None where it cannot be written: whoever asks does without.
    """
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    try:
        folder = Path(base).expanduser() / "pata"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except (OSError, RuntimeError):  # a user may have no home
        return None
    return folder if os.access(folder, os.W_OK | os.X_OK) else None
