"""python -m geoloc_core ...: the same as the command pata."""

from __future__ import annotations

from geoloc_core.cli import main

if __name__ == "__main__":
    main()
