"""Leaflet from this machine, so that the map needs no internet.

Folium names its script and style links on the class `folium.Map`; they are pointed at a copy of
XStatic-Leaflet's files in the folder that the web server hands out.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import folium
from xstatic.pkg import leaflet

_FILES = ("leaflet.js", "leaflet.css", "images")


def install_leaflet(static: Path) -> None:
    """Copy Leaflet's files into `static`/leaflet where they are not there yet."""
    source = Path(leaflet.BASE_DIR)
    target = static / "leaflet"
    target.mkdir(parents=True, exist_ok=True)
    for name in _FILES:
        if (target / name).exists():
            continue
        if (source / name).is_dir():
            shutil.copytree(source / name, target / name)
        else:
            shutil.copyfile(source / name, target / name)


def serve_leaflet_from(address: str) -> None:
    """Make every Folium map load Leaflet from `address` and nothing else from anywhere."""
    folium.Map.default_js = [("leaflet", f"{address}/leaflet.js")]
    folium.Map.default_css = [("leaflet_css", f"{address}/leaflet.css")]
