"""Places in files, in the dialects that cameras and programs write."""

from __future__ import annotations

import pytest
from PIL import Image

from geoloc_core.images.place import place_in

JAIPUR = (26.9124, 75.7873)
BUENOS_AIRES = (-34.6036, -58.3814)
NORTH, EAST = (26.0, 54.0, 44.64), (75.0, 47.0, 14.28)
SOUTH, WEST = (34.0, 36.0, 13.0), (58.0, 22.0, 53.0)


class Told(Image.Exif):
    """EXIF data as they come out of a file, with this GPS data."""

    def __init__(self, gps: dict[int, object]) -> None:
        super().__init__()
        self.gps = gps

    def get_ifd(self, tag: int) -> dict[int, object]:
        return self.gps if tag == 0x8825 else {}


@pytest.mark.parametrize(
    ("gps", "place"),
    [
        ({1: "N", 2: NORTH, 3: "E", 4: EAST}, JAIPUR),
        ({1: "n", 2: NORTH, 3: "e", 4: EAST}, JAIPUR),
        ({1: "N ", 2: NORTH, 3: "E\x00", 4: EAST}, JAIPUR),
        ({1: b"N\x00", 2: NORTH, 3: b"E", 4: EAST}, JAIPUR),
        ({1: "North", 2: NORTH, 3: "East", 4: EAST}, JAIPUR),
        ({1: "N", 2: 26.9124, 3: "E", 4: 75.7873}, JAIPUR),
        ({1: "N", 2: (26.9124,), 3: "E", 4: (75.7873,)}, JAIPUR),
        ({1: "N", 2: (26.0, 54.744), 3: "E", 4: (75.0, 47.238)}, JAIPUR),
        ({1: "S", 2: SOUTH, 3: "W", 4: WEST}, BUENOS_AIRES),
        ({1: "N", 2: (-34.0, 36.0, 13.0), 3: "W", 4: (-58.0, 22.0, 53.0)}, BUENOS_AIRES),
        ({1: "N", 2: NORTH, 3: "E", 4: EAST, 9: "A"}, JAIPUR),
        ({1: "N", 2: NORTH, 3: "E", 4: EAST, 9: "V"}, None),
        ({1: "N", 2: (0.0, 0.0, 0.0), 3: "E", 4: (0.0, 0.0, 0.0)}, None),
        ({1: "N", 2: (0.0, 0.0, 0.0), 3: "E", 4: EAST}, (0, 75.7873)),
        ({1: "N", 2: (float("nan"), 0.0, 0.0), 3: "E", 4: EAST}, None),
        ({1: "E", 2: NORTH, 3: "N", 4: EAST}, None),
        ({2: NORTH, 4: EAST}, None),
        ({}, None),
    ],
)
def test_exif(gps: dict[int, object], place: tuple[float, float] | None) -> None:
    found = place_in(Told(gps))
    assert found == (None if place is None else pytest.approx(place, abs=1e-4))


def packet(latitude: str, longitude: str, more: str = "") -> bytes:
    return (
        f'<x:xmpmeta><rdf:Description exif:GPSLatitude="{latitude}" '
        f"exif:GPSLongitude='{longitude}' {more}/></x:xmpmeta>"
    ).encode()


@pytest.mark.parametrize(
    ("xmp", "place"),
    [
        (packet("26,54.744N", "75,47.238E"), JAIPUR),
        (packet("26,54,44.64N", "75,47,14.28E"), JAIPUR),
        (packet("34,36.2167S", "58,22.8833W"), BUENOS_AIRES),
        (
            b"<exif:GPSLatitude>26,54.744N</exif:GPSLatitude>"
            b"<exif:GPSLongitude>75,47.238E</exif:GPSLongitude>",
            JAIPUR,
        ),
        (packet("26,54.744N", "75,47.238E", 'exif:GPSStatus="V"'), None),
        (packet("0,0.0N", "0,0.0E"), None),
        (packet("126,54.744N", "75,47.238E"), None),
        (packet("north", "75,47.238E"), None),
        (packet("", ""), None),
        (b"\xff\xfe<exif:GPSLatitude", None),
        (None, None),
        ("text", None),
    ],
)
def test_xmp(xmp: object, place: tuple[float, float] | None) -> None:
    found = place_in(Image.Exif(), xmp)
    assert found == (None if place is None else pytest.approx(place, abs=1e-4))


def test_exif_comes_before_xmp() -> None:
    exif = Told({1: "S", 2: SOUTH, 3: "W", 4: WEST})
    found = place_in(exif, packet("26,54.744N", "75,47.238E"))
    assert found == pytest.approx(BUENOS_AIRES, abs=1e-4)
