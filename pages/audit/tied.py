"""`pata audit` for the server to start: it ends with the server, however that ends.

The server holds the other end of its standard input, which closes then. What a server does at its
exit would not do: a signal may leave it no time.
"""

from __future__ import annotations

import os
import signal
import sys
import threading


def end_with_stdin() -> None:
    """Let this process end when its standard input closes."""
    threading.Thread(target=_wait, daemon=True).start()


def _wait() -> None:
    os.read(0, 1)  # not by sys.stdin, whose lock would be held when this process ends by itself
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    from geoloc_core.cli import main

    end_with_stdin()
    sys.argv[1:1] = ["audit"]
    main()
