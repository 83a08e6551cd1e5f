"""A stand-in of Google's Street View: another panorama near whatever point is asked about."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from tests.collect.service import Answer, Asked, Service, image, said

KEY = "AIzaPRIVATE"
SECRET = "PRIVATEPRIVATE_-"
PATH = "/maps/api/streetview"
DENIED = said({"error_message": f"The key {KEY} is invalid.", "status": "REQUEST_DENIED"})


def metadata(number: int, latitude: float, longitude: float, **more: Any) -> dict[str, Any]:
    """A panorama, in the service's shape."""
    return {
        "copyright": "© Some Person",
        "date": "2014-04",
        "location": {"lat": latitude, "lng": longitude},
        "pano_id": f"pano_{number}",
        "status": "OK",
    } | more


def signature(target: str) -> str:
    """HMAC-SHA1 as RFC 2104 writes it, of what comes before the signature in a request."""
    key = base64.b64decode(SECRET.replace("-", "+").replace("_", "/")).ljust(64, b"\0")
    inner = hashlib.sha1(bytes(b ^ 0x36 for b in key) + target.encode()).digest()
    outer = hashlib.sha1(bytes(b ^ 0x5C for b in key) + inner).digest()
    return base64.b64encode(outer).decode().replace("+", "-").replace("/", "_")


def streetview_service() -> Service:
    """Nothing near the first point; panoramas 11, 21, ... near the others."""

    def answer(asked: Asked) -> Answer:
        target, _, signed = asked.target.partition("&signature=")
        if asked.query["key"] != KEY or signed != signature(target):
            return DENIED if asked.path.endswith("metadata") else said({}, status=403)
        if asked.path == PATH:
            assert asked.query["return_error_code"] == "true"
            return image(int(asked.query["pano"][5:]) * 1000 + int(asked.query["heading"]))
        latitude, longitude = map(float, asked.query["location"].split(","))
        number = 10 * sum(each.path != PATH for each in service.asked) - 9
        if number == 1:
            return said({"status": "ZERO_RESULTS"})
        return said(metadata(number, latitude + 0.001, longitude))

    service = Service(answer)
    return service
