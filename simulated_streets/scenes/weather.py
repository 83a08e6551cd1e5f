"""Sun, sky and air of a place by month and hour."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from math import exp

import numpy as np

from geoloc_core.geography.climate import Covariates
from simulated_streets.scenes.mixing import ramp, spread
from simulated_streets.scenes.scene import Weather
from simulated_streets.scenes.sun import sun_position

INDIA = timezone(timedelta(hours=5, minutes=30))  # one time for the whole country


def draw_moment(lat: float, lon: float, rng: np.random.Generator) -> datetime:
    """A moment at which people take pictures at (latitude, longitude), in Indian time.

    Any day of 2012 to 2021, between morning and evening; of three hours two lie near the middle
    of the day; the sun stands at 8 degrees or higher.
    """
    while True:
        day = datetime(2012, 1, 1, tzinfo=INDIA) + timedelta(days=int(rng.integers(3653)))
        hour = rng.normal(12.8, 2.6) - (lon - 82.5) / 15  # clocks show 82.5 E everywhere
        when = day + timedelta(minutes=round(60 * float(np.clip(hour, 5, 19))))
        if sun_position(lat, lon, when)[1] >= 8:
            return when


def as_utc(when: datetime) -> datetime:
    """`when` in UTC; a naive datetime is read as Indian time."""
    return (when if when.tzinfo else when.replace(tzinfo=INDIA)).astimezone(UTC)


def winter_fog(here: Covariates, month: int) -> float:
    """0 to 1: the smoke and fog of the northern plains from November to February."""
    season = {11: 0.6, 12: 1.0, 1: 1.0, 2: 0.4}.get(month, 0.0)
    plain = ramp(here.latitude, 23, 26.5) * ramp(here.elevation, 500, 250)
    return season * plain * ramp(here.temperature[0], 22, 17)


def weather_of(here: Covariates, when: datetime, rng: np.random.Generator) -> Weather:
    """Draw the weather of one moment from the climate of its month."""
    month = when.month - 1
    azimuth, elevation = sun_position(here.latitude, here.longitude, as_utc(when))
    rain = here.rain[month]
    fog = winter_fog(here, when.month) * float(rng.beta(1.2, 1.8))
    turbidity = here.turbidity[month] * spread(rng, 0.10) + 2.0 * fog
    turbidity = float(np.clip(turbidity, 1.8, 8.0))

    # the visual range that goes with a turbidity, fitted by eye: 2 gives 85 km, 5 gives 12 km
    visibility = 85 / (turbidity - 1) ** 1.4 * spread(rng, 0.25)
    visibility *= 1 - 0.55 * fog

    overcast = 0.12 + 0.68 * (1 - exp(-rain / 150))
    cover = float(rng.beta(1 + 3 * overcast, 1 + 3 * (1 - overcast)))
    if rain > 120 and cover > 0.55:
        kind = "monsoon"
    elif fog > 0.4:
        kind, cover = "stratus", max(cover, 0.6)
    elif rain < 30 and here.temperature[month] < 24:
        kind = "cirrus"
    else:
        kind = "cumulus"
    rained = rng.random() < 0.8 * (1 - exp(-rain / 200)) * cover
    return Weather(
        sun_azimuth=azimuth,
        sun_elevation=elevation,
        turbidity=turbidity,
        visibility_km=float(np.clip(visibility, 1.0, 120.0)),
        cloud_cover=cover,
        cloud_kind=kind,
        wet=float(rng.uniform(0.3, 1.0)) if rained else 0.0,
    )
