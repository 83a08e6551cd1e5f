"""Photographs and panoramas on Mapillary near a point, with creator, sequence and date.

https://www.mapillary.com/developer/api-documentation describes what is asked. The addresses of
images expire: each is asked for just before its image, and none is written down.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import urlencode

from PIL import Image

from geoloc_core.collect.asking import (
    AnswerError,
    Asker,
    RefusedError,
    Request,
    ServiceError,
    ask_image,
    ask_json,
)
from geoloc_core.collect.offer import Offer, Point, Source, nearest
from geoloc_core.collect.panorama import perspective
from geoloc_core.collect.words import one_line
from geoloc_core.images.photo import PhotoError, read_photo
from geoloc_core.web import host_of

API = "https://graph.mapillary.com"
TOKEN = "MAPILLARY_TOKEN"  # the environment variable that holds it
_IMAGES = ("fbcdn.net", "mapillary.com")
_LICENCE = "CC BY-SA 4.0"  # of all of them, https://www.mapillary.com/terms
_FIELDS = (
    *("id", "captured_at", "geometry", "computed_geometry", "compass_angle", "is_pano", "creator"),
    "sequence",
)
_BOXES = (0.005, 0.045)  # half the sides, in degrees: first near; both under 0.01 square degrees
_MOST = 2000  # photographs in a box, the service's own limit
_NEAR = 50  # sequences about a point that are remembered
_VIEWS = 4  # of a panorama, the first at its middle
_WIDTHS = {1: 1024, _VIEWS: 2048}  # pixels, by the number of views
_ID = re.compile(r"[0-9]{1,30}")
_INDIA = timezone(timedelta(hours=5.5))
_TOKEN_ERRORS = (102, 190, 368)


def mapillary(token: str, *, api: str = API) -> Source:
    """Mapillary, asked with a token; of each sequence one photograph is taken."""
    host, headers = host_of(api), {"Authorization": f"OAuth {token}"}

    def ask(asker: Asker, path: str, asked: dict[str, Any]) -> dict[str, Any]:
        url = f"{api}/{path}?{urlencode(asked)}"
        said = ask_json(asker, Request(url, (host,), headers, TOKEN), (200, 400, 404))
        if "error" in said:
            error = said["error"] if isinstance(said["error"], dict) else {}
            if error.get("code") in _TOKEN_ERRORS:
                raise RefusedError(f"Mapillary refuses the token: is {TOKEN} right?")
            raise AnswerError(f"Mapillary answers with error {one_line(error.get('code'))[:20]}.")
        return said

    def offers(asker: Asker, point: Point) -> list[Offer]:
        for half in _BOXES:
            box = (point[1] - half, point[0] - half, point[1] + half, point[0] + half)
            asked = {
                "fields": ",".join(_FIELDS),
                "bbox": ",".join(f"{degrees:.6f}" for degrees in box),
                "limit": _MOST,
            }
            try:
                rows = ask(asker, "images", asked).get("data", [])
            except AnswerError as error:
                raise ServiceError(f"{error} Go on later.") from None
            if not isinstance(rows, list):
                raise ServiceError("Mapillary sends another kind of answer than it should.")
            found = nearest(point, filter(None, map(_offer, rows)))
            if found:
                first = {offer.group: offer for offer in reversed(found)}
                return nearest(point, first.values())[:_NEAR]
        return []

    def images(asker: Asker, offer: Offer, headings: Sequence[float]) -> Iterator[bytes]:
        size = f"thumb_{_WIDTHS[len(offer.headings)]}_url"
        url = ask(asker, offer.name, {"fields": size}).get(size)
        if not isinstance(url, str):
            raise AnswerError("Mapillary has no image of it.")
        content = ask_image(asker, Request(url, (*_IMAGES, host)))
        if len(offer.headings) == 1:
            yield content
        else:
            yield from _views(content, [each - offer.headings[0] for each in headings])

    return Source("mapillary", {}, offers, images, may_take=lambda offer: True)


def _offer(row: Any) -> Offer | None:
    """What a row of the answer offers; None for what is no photograph with a place.

    Nor for a panorama of which it is not known which way its middle looks.
    """
    try:
        number = str(row["id"])
        place = row.get("computed_geometry") or row["geometry"]
        longitude, latitude = map(float, place["coordinates"][:2])
        angle = row.get("compass_angle")
        heading = math.nan if angle is None else float(angle) % 360
        panorama = row.get("is_pano") is True
        if not (
            _ID.fullmatch(number)
            and abs(latitude) <= 90
            and abs(longitude) <= 180
            and not (panorama and math.isnan(heading))
        ):
            return None
        creator = row.get("creator") or {}
        return Offer(
            key=f"mapillary-{number}",
            name=number,
            latitude=latitude,
            longitude=longitude,
            headings=tuple(
                (heading + turn * 90) % 360 for turn in range(_VIEWS if panorama else 1)
            ),
            uploader=one_line(creator.get("username")) or one_line(creator.get("id")),
            date=_date(row.get("captured_at")),
            licence=_LICENCE,
            page=f"https://www.mapillary.com/app/?pKey={number}",
            image="",
            group=f"mapillary-{one_line(row.get('sequence')) or number}",
        )
    except (LookupError, TypeError, ValueError, AttributeError, OverflowError):
        return None  # as strange as it may be


def _date(milliseconds: Any) -> str:
    """The time in India of so many milliseconds since 1970, "" where they tell none.

    >>> _date(1603459736644), _date("yesterday"), _date(None), _date(1e30)
    ('2020-10-23T18:58:56+05:30', '', '', '')
    """
    try:
        return datetime.fromtimestamp(int(milliseconds) // 1000, _INDIA).isoformat()
    except (TypeError, ValueError, OverflowError, OSError):
        return ""


def _views(content: bytes, turns: Sequence[float]) -> Iterator[bytes]:
    """Views of a panorama as JPEG files, each as wide as its quarter of the panorama.

    turns: degrees from its middle. Raises `AnswerError` where it is no whole sphere.
    """
    try:
        pixels = read_photo(content, target=_WIDTHS[_VIEWS]).pixels
    except PhotoError as error:
        raise AnswerError(str(error)) from error
    height, width = pixels.shape[:2]
    if abs(width - 2 * height) > 2:
        raise AnswerError("The panorama is no whole sphere.")
    for turn in turns:
        out = io.BytesIO()
        Image.fromarray(perspective(pixels, turn, width // 4)).save(out, "JPEG", quality=92)
        yield out.getvalue()
