"""Where the sun stands."""

from __future__ import annotations

from datetime import UTC, datetime
from math import asin, atan2, cos, degrees, pi, radians, sin


def sun_position(lat: float, lon: float, when_utc: datetime) -> tuple[float, float]:
    """Azimuth (clockwise from north) and elevation of the sun in degrees, without refraction.

    `lat`, `lon` in degrees; `when_utc` an aware datetime, or a naive one in UTC. By the low
    accuracy formulas of NOAA's General Solar Position Calculations (Spencer's series for the
    declination and the equation of time): good to about half a degree.
    """
    when = when_utc.replace(tzinfo=UTC) if when_utc.tzinfo is None else when_utc.astimezone(UTC)
    hour = when.hour + when.minute / 60 + when.second / 3600
    year = 2 * pi / 365 * (when.timetuple().tm_yday - 1 + (hour - 12) / 24)

    minutes = 229.18 * (
        0.000075
        + 0.001868 * cos(year)
        - 0.032077 * sin(year)
        - 0.014615 * cos(2 * year)
        - 0.040849 * sin(2 * year)
    )
    declination = (
        0.006918
        - 0.399912 * cos(year)
        + 0.070257 * sin(year)
        - 0.006758 * cos(2 * year)
        + 0.000907 * sin(2 * year)
        - 0.002697 * cos(3 * year)
        + 0.00148 * sin(3 * year)
    )
    hour_angle = radians(15 * (hour - 12) + lon + minutes / 4)
    latitude = radians(lat)
    elevation = asin(
        sin(latitude) * sin(declination) + cos(latitude) * cos(declination) * cos(hour_angle)
    )
    azimuth = atan2(
        -sin(hour_angle) * cos(declination),
        sin(declination) * cos(latitude) - cos(declination) * sin(latitude) * cos(hour_angle),
    )
    return degrees(azimuth) % 360, degrees(elevation)
