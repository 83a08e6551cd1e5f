"""Pick the sample gallery out of a data set: `python tools/build_samples.py DATA [OUT]`.

One panorama a cell, four headings each, from the fold that no shipped model was trained on. The
first by identifier is taken, whatever it looks like; its images are copied as they are.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from geoloc_core.data.folds import split
from geoloc_core.data.manifest import read_manifest, write_manifest
from geoloc_core.paths import ASSETS

HEADINGS = 4


def pick(manifest: pd.DataFrame) -> pd.DataFrame:
    """The rows of the first whole test panorama of each cell."""
    held_out = manifest[(split(manifest) == "test") & (manifest.cell >= 0)]
    whole = held_out.groupby("panorama").filter(lambda rows: len(rows) == HEADINGS)
    firsts = whole.sort_values("panorama").groupby("cell").panorama.first()
    return whole[whole.panorama.isin(firsts)].sort_values(["cell", "heading"], ignore_index=True)


def main(data: Path, out: Path) -> None:
    """Copy the picked images and write their manifest; `out` must not exist yet."""
    if out.exists():
        sys.exit(f"{out} is there already; move it away first.")
    picked = pick(read_manifest(data))
    names = [
        f"{cell:02d}-{heading:03.0f}.jpg"
        for cell, heading in zip(picked.cell, picked.heading, strict=True)
    ]
    out.mkdir(parents=True)
    for file, name in zip(picked.file, names, strict=True):
        shutil.copyfile(data / file, out / name)
    write_manifest(out, picked.assign(file=names))
    size = sum(path.stat().st_size for path in out.iterdir()) / 1e6
    print(f"{picked.cell.nunique()} cells, {len(picked)} images, {size:.1f} MB in {out}")


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit("Give the data set's folder, and where the gallery goes if not to assets/samples.")
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) == 3 else ASSETS / "samples")
