"""Write a grid for a GIS: python tools/write_grid.py [FILE] [GRID]

FILE ends in .geojson or .parquet; left out, assets/grid.geojson is written anew. GRID is square:3,
the article's, if left out, or another one as for `train --grid`, adaptive ones excepted.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from geoloc_core.geography.grid_choice import ARTICLE, parse_grid, write_grid
from geoloc_core.paths import ASSETS


def main(file: str = str(ASSETS / "grid.geojson"), grid: str = ARTICLE) -> None:
    """Write the grid."""
    write_grid(Path(file), parse_grid(grid, lambda: []))


if __name__ == "__main__":
    main(*sys.argv[1:3])
