"""Light from the sun, the air and the haze.

Single scattering through an exponential atmosphere of air, aerosol and ozone, after Nishita,
Sirai, Tadamura and Nakamae, "Display of the Earth taking into account atmospheric scattering"
(SIGGRAPH 1993), with a uniform term in the place of repeated scattering; air mass after Kasten
and Young (Applied Optics 28, 1989). The sun's irradiance above the air is 1 in every channel.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from simulated_streets.scenes.scene import Array, Weather

WAVELENGTHS = np.array([650.0, 550.0, 450.0])  # nm: red, green, blue
RAYLEIGH = 0.0116 * (550.0 / WAVELENGTHS) ** 4  # per km at sea level
OZONE = np.array([0.018, 0.028, 0.002])  # optical depth of the whole column
AIR_HEIGHT, HAZE_HEIGHT = 8.0, 1.5  # km, over which density falls by e
EARTH_RADIUS = 6371.0
ELEVATIONS, BEARINGS = 48, 48  # samples of the sky table
ISOTROPIC = 0.95  # share of the light scattered more than once that comes back


@dataclass(frozen=True, eq=False)
class Sky:
    """The light of one moment. `table` is radiance (elevation, bearing from the sun, 3)."""

    sun: Array  # unit vector towards the sun: east, north, up
    direct: Array  # (3,) irradiance on a surface that faces the sun
    ambient: Array  # (3,) irradiance on level ground from the whole sky
    table: Array
    extinction: Array  # (3,) per metre, along the ground


def air_mass(elevation: NDArray[np.float64] | float) -> NDArray[np.float64]:
    """Air mass at an elevation in degrees (Kasten and Young 1989), 38 at the horizon."""
    e = np.maximum(np.asarray(elevation, np.float64), -1.5)
    return 1.0 / (np.sin(np.radians(e)) + 0.50572 * (e + 6.07995) ** -1.6364)


def table_elevations() -> NDArray[np.float64]:
    """Elevations in degrees of the table's rows, dense near the horizon."""
    return np.asarray(90.0 * np.linspace(0.0, 1.0, ELEVATIONS) ** 2)


def _aerosol(weather: Weather) -> NDArray[np.float64]:
    """Aerosol's optical depth of the column, from Linke turbidity (clean dry air is near 2)."""
    depth = 0.02 + 0.075 * max(weather.turbidity - 2.0, 0.0)
    return np.asarray(depth * (550.0 / WAVELENGTHS) ** 1.2)


def sky_of(weather: Weather, elevation: float) -> Sky:
    """The light under a scene's weather, seen from a height of `elevation` metres."""
    base = elevation / 1000.0
    air = RAYLEIGH * math.exp(-base / AIR_HEIGHT)
    haze = _aerosol(weather) / HAZE_HEIGHT
    azimuth, up = math.radians(weather.sun_azimuth), math.radians(weather.sun_elevation)
    sun = np.array(
        [math.sin(azimuth) * math.cos(up), math.cos(azimuth) * math.cos(up), math.sin(up)]
    )
    mass = air_mass(weather.sun_elevation)
    beam = np.exp(-(air * AIR_HEIGHT + haze * HAZE_HEIGHT + OZONE) * mass)
    day = float(np.clip((weather.sun_elevation + 4.0) / 10.0, 0.0, 1.0))

    elevations = np.radians(table_elevations())[:, None, None]
    bearings = np.linspace(0.0, math.pi, BEARINGS)[None, :, None]
    cosine = np.sin(elevations) * sun[2] + np.cos(elevations) * math.cos(up) * np.cos(bearings)
    rayleigh_phase = 3.0 / (16.0 * math.pi) * (1.0 + cosine**2)
    haze_phase = henyey_greenstein(cosine, 0.72)
    seen = np.zeros((ELEVATIONS, 1, 3))
    table = np.zeros((ELEVATIONS, BEARINGS, 3))
    edges = 220.0 * np.linspace(0.0, 1.0, 25) ** 3
    for near, far in pairwise(edges):
        s, ds = 0.5 * (near + far), far - near
        h = s * np.sin(elevations) + (s * np.cos(elevations)) ** 2 / (2.0 * EARTH_RADIUS)
        a, m = air * np.exp(-h / AIR_HEIGHT), haze * np.exp(-h / HAZE_HEIGHT)
        to_sun = np.exp(-(a * AIR_HEIGHT + m * HAZE_HEIGHT + OZONE) * mass)
        step = (a + m) * ds
        gain = np.exp(-seen) * (1.0 - np.exp(-step)) / np.maximum(a + m, 1e-12)
        once = (a * rayleigh_phase + 0.92 * m * haze_phase) * to_sun
        again = (a + 0.92 * m) * ISOTROPIC / (4.0 * math.pi) * (0.35 + 0.65 * max(sun[2], 0)) * day
        table += gain * (once + again * np.sqrt(to_sun))
        seen = seen + step
    overcast = _overcast(weather)
    grey = (beam.mean() * max(sun[2], 0.03) + 0.04 * day) * np.array([0.97, 1.0, 1.05])
    dome = 0.17 * grey * (1.0 + 1.6 * np.sin(elevations)) * np.ones((1, BEARINGS, 1))
    table = table * (1.0 - overcast) + dome * overcast
    return Sky(
        sun=np.asarray(sun, np.float32),
        direct=np.asarray(beam * (1.0 - overcast) ** 2 * min(day * 2, 1.0), np.float32),
        ambient=np.asarray(_irradiance(table), np.float32),
        table=np.asarray(table, np.float32),
        extinction=np.asarray(_along_ground(weather), np.float32),
    )


def henyey_greenstein(cosine: NDArray[np.float64], g: float) -> NDArray[np.float64]:
    """Phase function of Henyey and Greenstein (1941) per steradian."""
    return np.asarray((1 - g * g) / (4 * math.pi * (1 + g * g - 2 * g * cosine) ** 1.5))


def _overcast(weather: Weather) -> float:
    """How far clouds have closed the sky to a dome; broken cumulus leaves it open."""
    if weather.cloud_kind in ("stratus", "monsoon"):
        return float(np.clip((weather.cloud_cover - 0.45) / 0.4, 0.0, 1.0))
    limit = 0.35 if weather.cloud_kind == "cirrus" else 0.6
    return limit * float(np.clip((weather.cloud_cover - 0.7) / 0.3, 0.0, 1.0))


def _irradiance(table: NDArray[np.float64]) -> NDArray[np.float64]:
    """Irradiance on level ground: the sky's radiance weighted with the sine of its elevation."""
    e = np.radians(table_elevations())
    weight = np.sin(e) * np.cos(e) * np.gradient(e)
    return np.asarray(2 * math.pi * (table.mean(axis=1) * weight[:, None]).sum(axis=0))


def _along_ground(weather: Weather) -> NDArray[np.float64]:
    """Extinction per metre (Koschmieder: 3.912 over the visibility at 550 nm)."""
    total = 3.912 / weather.visibility_km
    haze = max(total - 0.0116, 0.0005)
    return np.asarray((RAYLEIGH + haze * (550.0 / WAVELENGTHS) ** 1.1) / 1000.0)
