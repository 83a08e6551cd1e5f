"""What is known of a place: land, climate and people, read from rasters of 0.1 degree."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geoloc_core.assets import intact
from geoloc_core.paths import ASSETS

SOUTH, WEST, STEP = 6.0, 67.5, 0.1  # of the rasters; tools/build_layers.py writes them

Months = tuple[float, ...]  # twelve values, January first


@dataclass(frozen=True)
class Covariates:
    """The land, the climate and the people around one point."""

    latitude: float
    longitude: float
    elevation: float  # metres above the sea
    relief: float  # metres between the low and the high land within 15 km
    slope: float  # degrees, mean over about 10 km
    climate: str  # Köppen-Geiger class, such as "Aw" or "BWh"
    rain: Months  # mm a month
    temperature: Months  # °C, mean of the month
    turbidity: Months  # Linke turbidity
    colour: tuple[float, float, float]  # of the ground from above, linear RGB
    greenness: float  # (G - R) / (G + R) of `colour`
    offices: float  # post offices per 100 km²
    townspeople: float  # people in towns per km², smoothed over 6 km
    coast_km: float
    coast_bearing: float  # degrees clockwise from north
    river_km: float
    river_bearing: float
    state: str

    @property
    def yearly_rain(self) -> float:
        """Rain of a year in mm."""
        return sum(self.rain)


@cache
def layers() -> dict[str, NDArray[Any]]:
    """Every layer, decoded to physical units as assets/layers/README.md says; float32."""
    with np.load(intact(ASSETS / "layers" / "india.npz")) as file:
        raw = {name: file[name] for name in file.files}
    number = {
        name: layer.astype(np.float32) for name, layer in raw.items() if layer.dtype.kind != "U"
    }
    return raw | {
        "elevation": number["elevation"],
        "relief": number["relief"] * 25,
        "slope": number["slope"] / 8,
        "rain": (number["rain"] / 6) ** 2,
        "temperature": number["temperature"] / 2.5 - 45,
        "turbidity": number["turbidity"] / 25,
        "colour": np.moveaxis(srgb_to_linear(number["colour"] / 255), -1, 0),
        "offices": (number["offices"] / 400) ** 2 * 100,
        "townspeople": 10 ** (number["townspeople"] / 50) - 1,
        "coast_km": (number["coast_km"] / 6) ** 2,
        "coast_bearing": number["coast_bearing"] * (360 / 256),
        "river_km": (number["river_km"] / 12) ** 2,
        "river_bearing": number["river_bearing"] * (360 / 256),
    }


def srgb_to_linear(colour: NDArray[np.float32]) -> NDArray[np.float32]:
    """Linear light of sRGB in [0, 1], by IEC 61966-2-1."""
    low = colour / 12.92
    high = ((colour + 0.055) / 1.055) ** 2.4
    return np.where(colour <= 0.04045, low, high).astype(np.float32)


def covariates_at(lat: float, lon: float) -> Covariates:
    """Read every layer at (latitude, longitude) in degrees.

    Quantities are interpolated between the four nearest nodes, classes and bearings taken from
    the nearest. Raises ValueError outside the box 6.0 to 37.5 N, 67.5 to 97.5 E.
    """
    data = layers()
    rows, columns = data["elevation"].shape
    y = (lat - SOUTH) / STEP - 0.5
    x = (lon - WEST) / STEP - 0.5
    if not (-0.5 <= y <= rows - 0.5 and -0.5 <= x <= columns - 0.5):
        raise ValueError(f"({lat:.3f}, {lon:.3f}) lies outside the layers of India.")
    y, x = min(max(y, 0.0), rows - 1.001), min(max(x, 0.0), columns - 1.001)
    row, column = int(y), int(x)
    dy, dx = y - row, x - column
    weights = np.array([[(1 - dy) * (1 - dx), (1 - dy) * dx], [dy * (1 - dx), dy * dx]], np.float32)
    nearest = (round(y), round(x))

    def between(name: str) -> NDArray[np.float32]:
        window = data[name][..., row : row + 2, column : column + 2]
        return np.asarray((window * weights).sum(axis=(-2, -1)), np.float32)

    def months(name: str) -> Months:
        return tuple(between(name).tolist())

    red, green, blue = between("colour").tolist()
    return Covariates(
        latitude=lat,
        longitude=lon,
        elevation=float(between("elevation")),
        relief=float(between("relief")),
        slope=float(between("slope")),
        climate=str(data["climates"][data["climate"][nearest]]),
        rain=months("rain"),
        temperature=months("temperature"),
        turbidity=months("turbidity"),
        colour=(red, green, blue),
        greenness=(green - red) / (green + red),
        offices=float(between("offices")),
        townspeople=float(between("townspeople")),
        coast_km=float(between("coast_km")),
        coast_bearing=float(data["coast_bearing"][nearest]),
        river_km=float(between("river_km")),
        river_bearing=float(data["river_bearing"][nearest]),
        state=str(data["states"][data["state"][nearest]]),
    )
