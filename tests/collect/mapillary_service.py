"""A stand-in of Mapillary: three photographs around whatever point is asked about."""

from __future__ import annotations

from typing import Any

from tests.collect.service import Answer, Asked, Service, photograph, said

TOKEN = "MLY|1|PRIVATE"
BAD_TOKEN = said(
    {"error": {"message": f"Invalid OAuth token {TOKEN}", "type": "OAuthException", "code": 190}},
    status=400,
)


def row(number: int, latitude: float, longitude: float, **more: Any) -> dict[str, Any]:
    """A photograph in the answer, in the service's shape; fields that are None are left out."""
    fields = {
        "id": str(number),
        "captured_at": 1603459736644,
        "geometry": {"type": "Point", "coordinates": [longitude + 0.5, latitude]},
        "computed_geometry": {"type": "Point", "coordinates": [longitude, latitude]},
        "compass_angle": 92.1,
        "is_pano": False,
        "creator": {"username": "<b>some\u202eone</b>\x1b[31m", "id": "104"},
        "sequence": f"s{number}",
    }
    return {name: value for name, value in (fields | more).items() if value is not None}


def rows(*each: Any) -> Answer:
    return said({"data": list(each)})


def middle(asked: Asked) -> tuple[float, float]:
    west, south, east, north = map(float, asked.query["bbox"].split(","))
    assert 0 < (east - west) * (north - south) < 0.01
    return (south + north) / 2, (west + east) / 2


def mapillary_service() -> Service:
    """Near every point a photograph, a panorama at every second point, beside two farther ones.

    Nothing is in the smaller box about a first point.
    """

    def answer(asked: Asked) -> Answer:
        if asked.path.startswith("/thumb/"):
            assert "Authorization" not in asked.headers
            number = int(asked.path.rsplit("/", 1)[1].removesuffix(".jpg"))
            size = (64, 32) if "2048" in asked.path else (32, 24)
            return Answer(photograph(number, size=size), "image/jpeg")
        if asked.headers.get("Authorization") != f"OAuth {TOKEN}":
            return BAD_TOKEN
        if asked.path != "/images":
            field = asked.query["fields"]
            url = f"{service.url}/thumb/{field}{asked.path}.jpg?oh=PRIVATE"
            return said({"id": asked.path[1:], field: url})
        latitude, longitude = middle(asked)
        first = 10 * sum(each.path == "/images" for each in service.asked)
        if first == 10:
            return rows()
        return rows(
            *(
                row(first + i, latitude + off, longitude, is_pano=first % 20 == 0)
                for i, off in enumerate((0.002, 0.001, 0.003))
            )
        )

    service = Service(answer)
    return service
