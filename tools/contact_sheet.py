"""A contact sheet of simulated street view: python tools/contact_sheet.py [OUT] [--seed S]

Describes and renders one panorama a region (four headings side by side) and lays them out in two
columns. `docs/contact_sheet.jpg` is made with the defaults.
"""

from __future__ import annotations

import argparse
import sys
from datetime import datetime
from pathlib import Path

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from simulated_streets.renderer.render import render_panorama
from simulated_streets.scenes.describe import describe

PLACES = [  # latitude, longitude, month, hour
    ("Thar", 26.9, 70.6, 2, 16),
    ("Kerala coast", 9.5, 76.4, 12, 10),
    ("Ladakh", 34.1, 77.6, 7, 11),
    ("Gangetic plain", 26.2, 82.5, 1, 10),
    ("Deccan", 17.8, 76.2, 11, 15),
    ("Assam", 26.6, 93.2, 7, 12),
    ("Himachal", 32.2, 77.2, 10, 10),
    ("Delhi", 28.65, 77.2, 4, 9),
    ("Konkan", 16.9, 73.4, 8, 13),
    ("Nilgiri", 11.4, 76.7, 11, 9),
    ("Kachchh", 23.9, 69.9, 1, 12),
    ("Odisha coast", 19.8, 85.8, 10, 8),
]


def main() -> None:
    """Render and write the sheet."""
    parser = argparse.ArgumentParser(description="Lay out simulated street view on one sheet.")
    parser.add_argument("out", nargs="?", type=Path, default=Path("docs/contact_sheet.jpg"))
    parser.add_argument("--rows", type=int, default=len(PLACES), help="how many of the places")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    strips = []
    for name, latitude, longitude, month, hour in PLACES[: options.rows]:
        scene = describe(latitude, longitude, datetime(2025, month, 14, hour, 20), options.seed)
        strips.append(np.hstack(list(render_panorama(scene))))
        print(name, flush=True)
    half = (len(strips) + 1) // 2
    strips += [np.zeros_like(strips[0])] * (2 * half - len(strips))
    sheet = np.hstack([np.vstack(strips[:half]), np.vstack(strips[half:])])
    if not cv2.imwrite(str(options.out), sheet[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 85]):
        sys.exit(f"could not write {options.out}")


if __name__ == "__main__":
    main()
