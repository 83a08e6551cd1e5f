"""Photographs on Wikimedia Commons near a point, with their author and licence. No key is needed.

https://www.mediawiki.org/wiki/Extension:GeoData and .../API:Imageinfo describe what is asked.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlencode

from geoloc_core.collect.asking import Asker, Request, ServiceError, ask_image, ask_json
from geoloc_core.collect.offer import Offer, Point, Source, nearest
from geoloc_core.collect.words import date_in, one_line, text_of_html
from geoloc_core.web import host_of

API = "https://commons.wikimedia.org/w/api.php"
_IMAGES = ("upload.wikimedia.org",)
_TYPES = ("image/jpeg", "image/png", "image/webp")
_LARGEST_RADIUS = 10_000  # metres, the service's own limit
_NEAR = 50  # photographs about one point
_WIDTH = 960  # pixels, one of the sizes that the service keeps ready
_LEAST_SIDE = 256  # pixels
_FREE = re.compile(
    r"cc0( 1\.0)?|cc by(-sa)? [0-9]\.[0-9]( [a-z]{2,3})?|public domain|pd( .*|-.*)?", re.IGNORECASE
)
_ASKED = {
    "action": "query",
    "generator": "geosearch",
    "ggsradius": _LARGEST_RADIUS,
    "ggsnamespace": 6,  # files
    "ggslimit": _NEAR,
    "prop": "imageinfo|coordinates",
    "colimit": _NEAR,  # else ten of the files get their coordinates
    "iiprop": "url|extmetadata|mime|size",
    "iiurlwidth": _WIDTH,
    "iiextmetadatafilter": "Artist|LicenseShortName|DateTimeOriginal",
    "format": "json",
    "formatversion": 2,
}


def commons(also: Sequence[str] = (), *, api: str = API) -> Source:
    """Wikimedia Commons: photographs whose licence allows reuse by all (see `is_free`).

    also: names of further licences to allow, as the service writes them.
    """
    others = {name.strip().lower() for name in also}
    host = host_of(api)

    def offers(asker: Asker, point: Point) -> list[Offer]:
        asked = _ASKED | {"ggscoord": f"{point[0]:.6f}|{point[1]:.6f}"}
        said = ask_json(asker, Request(f"{api}?{urlencode(asked)}", (host,)))
        if "error" in said:
            error = said["error"]
            code = one_line(error.get("code") if isinstance(error, dict) else "")[:40]
            raise ServiceError(f"Wikimedia Commons answers with the error '{code}': go on later.")
        query = said.get("query", {})
        pages = query.get("pages", []) if isinstance(query, dict) else None
        if not isinstance(pages, list):
            raise ServiceError("Wikimedia Commons sends another kind of answer than it should.")
        found = [offer for offer in map(_offer, pages) if offer is not None]
        return nearest(point, found)

    def images(asker: Asker, offer: Offer, headings: Sequence[float]) -> Iterator[bytes]:
        for _ in headings:
            yield ask_image(asker, Request(offer.image, (*_IMAGES, host)))

    return Source(
        name="commons",
        settings={},
        offers=offers,
        images=images,
        may_take=lambda offer: is_free(offer.licence) or offer.licence.lower() in others,
    )


def is_free(licence: str) -> bool:
    """Whether a licence, by its short name, is CC0, CC BY, CC BY-SA or the public domain.

    >>> [is_free(name) for name in ("CC BY-SA 4.0", "CC BY 2.5 in", "CC BY-NC 2.0", "GFDL", "")]
    [True, True, False, False, False]
    """
    return _FREE.fullmatch(licence) is not None


def _offer(page: Any) -> Offer | None:
    """What a page of the answer offers; None for what is no photograph with a place on Earth."""
    try:
        info, place = page["imageinfo"][0], page["coordinates"][0]
        latitude, longitude = float(place["lat"]), float(place["lon"])
        known = (
            info["mime"] in _TYPES
            and place.get("globe", "earth") == "earth"
            and min(int(info["width"]), int(info["height"])) >= _LEAST_SIDE
            and abs(latitude) <= 90
            and abs(longitude) <= 180
        )
        said = info.get("extmetadata") or {}
        return _described(page, info, said, latitude, longitude) if known else None
    except (LookupError, TypeError, ValueError, AttributeError):  # as strange as it may be
        return None


def _described(
    page: dict[str, Any],
    info: dict[str, Any],
    said: dict[str, Any],
    latitude: float,
    longitude: float,
) -> Offer:
    key = f"commons-{int(page['pageid'])}"
    return Offer(
        key=key,
        name=one_line(page["title"]),
        latitude=latitude,
        longitude=longitude,
        headings=(math.nan,),
        uploader=text_of_html(_value(said, "Artist")),
        date=date_in(_value(said, "DateTimeOriginal")),
        licence=text_of_html(_value(said, "LicenseShortName")),
        page=one_line(info["descriptionurl"]),
        image=str(info["thumburl"]),
        group=key,
    )


def _value(said: dict[str, Any], name: str) -> Any:
    entry = said.get(name)
    return entry.get("value") if isinstance(entry, dict) else None
