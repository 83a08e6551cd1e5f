"""Panoramas of Google Street View near a point, as four images, with the user's own key.

https://developers.google.com/maps/documentation/streetview/metadata and .../request-streetview
describe what is asked, .../digital-signature how an address is signed.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlencode, urlsplit

from geoloc_core.collect.asking import (
    Asker,
    CollectError,
    RefusedError,
    Request,
    ServiceError,
    ask_image,
    ask_json,
)
from geoloc_core.collect.offer import Offer, Point, Source
from geoloc_core.collect.words import date_in, one_line
from geoloc_core.web import host_of

API = "https://maps.googleapis.com/maps/api/streetview"
KEY, SECRET = "GOOGLE_MAPS_KEY", "GOOGLE_MAPS_SECRET"  # the environment variables that hold them
HEADINGS = (0.0, 90.0, 180.0, 270.0)
PRICE = 7.00  # dollars for 1,000 images, Google's price list of 2025 up to 100,000 a month
TERMS = (
    "Google's terms forbid downloading Street View images in bulk, and storing them or using them "
    "outside of Google's services, beyond narrow exceptions. The key is yours, so they bind you: "
    "read them at https://cloud.google.com/maps-platform/terms, and get Google's permission for "
    "what they do not allow. Do not pass the images on."
)
_LICENCE = "Google Maps Platform Terms of Service"
_VIEW = {"size": "640x640", "fov": 90, "pitch": 0, "return_error_code": "true"}
_NOTHING = ("ZERO_RESULTS", "NOT_FOUND")
_PANORAMA = re.compile(r"[!-~]{1,200}")
_BASE64 = re.compile(r"[0-9A-Za-z_-]+={0,2}")


def streetview(
    key: str, secret: str = "", *, radius: int = 1000, outdoor: bool = False, api: str = API
) -> Source:
    """Street View, asked with a key and, if there is a secret, signed.

    radius: metres about a point within which a panorama may lie; outdoor: only those that are out
    of doors, which leaves out what people have uploaded. Raises `CollectError` for what is no
    secret.
    """
    host = host_of(api)
    named = f"{KEY} (with {SECRET})" if secret else KEY
    about = {"radius": radius} | ({"source": "outdoor"} if outdoor else {})
    signed("/", secret)

    def request(path: str, asked: dict[str, Any]) -> Request:
        return Request(
            signed(f"{api}{path}?{urlencode(asked | {'key': key})}", secret), (host,), key=named
        )

    def offers(asker: Asker, point: Point) -> list[Offer]:
        asked = {"location": f"{point[0]:.6f},{point[1]:.6f}"} | about
        said = ask_json(asker, request("/metadata", asked))
        status = said.get("status")
        if status == "REQUEST_DENIED":
            raise RefusedError(
                f"Google refuses the request: is {named} right, and the Street View Static API "
                "enabled for it?"
            )
        if status not in ("OK", *_NOTHING):
            raise ServiceError(f"Google answers with '{one_line(status)[:40]}': go on later.")
        offer = _offer(said) if status == "OK" else None
        return [offer] if offer else []

    def images(asker: Asker, offer: Offer, headings: Sequence[float]) -> Iterator[bytes]:
        for heading in headings:
            view = {"pano": offer.name, "heading": f"{heading:.0f}"} | _VIEW
            yield ask_image(asker, request("", view))

    settings = {"radius": radius, "outdoor": outdoor}
    return Source("streetview", settings, offers, images, may_take=lambda offer: True)


def signed(url: str, secret: str) -> str:
    """An address with its signature by a secret; as it is without one.

    The signature is HMAC-SHA1 over path and query, secret and signature in the base64 that is safe
    in addresses. Raises `CollectError` for what is no secret.
    """
    if not secret:
        return url
    try:
        if not _BASE64.fullmatch(secret):
            raise binascii.Error
        binary = base64.urlsafe_b64decode(secret + "=" * (-len(secret) % 4))
    except binascii.Error:
        raise CollectError(f"What is in {SECRET} is no secret for signing addresses.") from None
    parts = urlsplit(url)
    digest = hmac.new(binary, f"{parts.path}?{parts.query}".encode(), hashlib.sha1).digest()
    return f"{url}&signature={base64.urlsafe_b64encode(digest).decode()}"


def _offer(said: dict[str, Any]) -> Offer | None:
    """What an answer offers, at the panorama's own place; None where it names no panorama."""
    try:
        panorama = said["pano_id"]
        latitude, longitude = float(said["location"]["lat"]), float(said["location"]["lng"])
        if not (_PANORAMA.fullmatch(panorama) and abs(latitude) <= 90 and abs(longitude) <= 180):
            return None
    except (LookupError, TypeError, ValueError):  # as strange as it may be
        return None
    key = f"streetview-{hashlib.sha256(panorama.encode()).hexdigest()[:16]}"  # "a" is not "A"
    address = {"api": 1, "map_action": "pano", "pano": panorama}
    return Offer(
        key=key,
        name=panorama,
        latitude=latitude,
        longitude=longitude,
        headings=HEADINGS,
        uploader=one_line(one_line(said.get("copyright")).removeprefix("©")),
        date=date_in(said.get("date")),
        licence=_LICENCE,
        page=f"https://www.google.com/maps/@?{urlencode(address)}",
        image="",
        group=key,
    )
