"""python -m geoloc_core ..."""

from __future__ import annotations

from geoloc_core.cli import main

if __name__ == "__main__":
    main()
