"""What every source of photographs has to say: what it offers near a point, and its images."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from geoloc_core.collect.asking import Asker
from geoloc_core.geography.sphere import haversine_km

Point = tuple[float, float]
"""Latitude and longitude in degrees."""


@dataclass(frozen=True)
class Offer:
    """A photograph or panorama that a service offers, before any image of it is asked for.

    key: its name in the data set, letters, digits and hyphens alone; place in degrees, its own and
    not the one asked about; headings: degrees clockwise from north, NaN where unknown, one an
    image; page: the address that people look it up at; image: the image's address, "" where
    `Source.images` makes it of `name`, the service's own; group: of the photographs that share one,
    one alone is taken, and the manifest's `panorama` names it.
    """

    key: str
    name: str
    latitude: float
    longitude: float
    headings: tuple[float, ...]
    uploader: str
    date: str
    licence: str
    page: str
    image: str
    group: str


@dataclass(frozen=True)
class Source:
    """A service: how it is asked for offers near a point, nearest first, and for one's image.

    settings: what its answers depend on, so that answers to other settings are never mixed in.
    images: the images at some of an offer's headings, as files, in turn. may_take: whether an offer
    may be taken at all. No function raises anything but the errors of `asking`.
    """

    name: str
    settings: dict[str, Any]
    offers: Callable[[Asker, Point], list[Offer]]
    images: Callable[[Asker, Offer, Sequence[float]], Iterator[bytes]]
    may_take: Callable[[Offer], bool]


def nearest(point: Point, offers: Iterable[Offer]) -> list[Offer]:
    """Offers in the order of their distance from a point."""

    def km(offer: Offer) -> float:
        return float(haversine_km(point, (offer.latitude, offer.longitude)))

    return sorted(offers, key=km)
