"""Write assets/checksums.txt, the sha256 of every file that ships: tools/write_checksums.py"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from geoloc_core.assets import CHECKSUMS
from geoloc_core.files import file_sha256, write_whole
from geoloc_core.paths import ASSETS

_NOT_READ = (".md", ".LICENSE")


def main() -> None:
    """Write it."""
    text = "".join(f"{file_sha256(ASSETS / name)}  {name}\n" for name in listed())
    write_whole(CHECKSUMS, lambda path: path.write_text(text, encoding="utf-8"))


def listed() -> list[str]:
    """The files whose content Pata reads, by their path under assets/."""
    files = (path for path in ASSETS.rglob("*") if path.is_file() and path != CHECKSUMS)
    named = (path.relative_to(ASSETS).as_posix() for path in files)
    return sorted(
        name for name in named if not (name.endswith(_NOT_READ) or name.split("/")[-1][0] == ".")
    )


if __name__ == "__main__":
    main()
