"""A stand-in of Wikimedia Commons: photographs around whatever point is asked about."""

from __future__ import annotations

from typing import Any

from tests.collect.service import Answer, Asked, Service, image, said


def page(number: int, latitude: float, longitude: float, url: str, **more: Any) -> dict[str, Any]:
    """A page of the answer, in the service's shape."""
    info = {
        "size": 1,
        "width": 4000,
        "height": 3000,
        "thumburl": f"{url}/thumb/{number}.jpg",
        "url": f"{url}/{number}.jpg",
        "descriptionurl": f"https://commons.wikimedia.org/wiki/File:{number}.jpg",
        "mime": "image/jpeg",
        "extmetadata": {
            "Artist": {"value": f'<a href="//commons.wikimedia.org/wiki/User:A">A{number}</a>'},
            "LicenseShortName": {"value": "CC BY-SA 4.0"},
            "DateTimeOriginal": {"value": "2012-05-04 10:11:12"},
        },
    }
    place = {"lat": latitude, "lon": longitude, "primary": True, "globe": "earth"}
    return {
        "pageid": number,
        "ns": 6,
        "title": f"File:{number}.jpg",
        "coordinates": [place],
        "imageinfo": [info | more],
    }


def pages(*each: dict[str, Any]) -> Answer:
    return said({"batchcomplete": True, "query": {"pages": list(each)}})


def commons_service() -> Service:
    """Three new photographs around each point, the second of them the nearest."""

    def answer(asked: Asked) -> Answer:
        if asked.path != "/w/api.php":
            return image(int(asked.path.rsplit("/", 1)[1].removesuffix(".jpg")))
        latitude, longitude = map(float, asked.query["ggscoord"].split("|"))
        first = 10 * sum(each.path == "/w/api.php" for each in service.asked)
        return pages(
            *(
                page(first + i, latitude + off, longitude, service.url)
                for i, off in enumerate((0.002, 0.001, 0.003))
            )
        )

    service = Service(answer)
    return service
