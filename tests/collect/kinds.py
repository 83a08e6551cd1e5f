"""The photo services that the same tests are run against."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from geoloc_core.collect.commons import commons
from geoloc_core.collect.mapillary import TOKEN as MAPILLARY_TOKEN
from geoloc_core.collect.mapillary import mapillary
from geoloc_core.collect.offer import Source
from geoloc_core.collect.streetview import KEY as KEY_VARIABLE
from geoloc_core.collect.streetview import streetview
from tests.collect.commons_service import commons_service
from tests.collect.mapillary_service import BAD_TOKEN, TOKEN, mapillary_service
from tests.collect.service import Answer, Asked, Service, said
from tests.collect.streetview_service import KEY, PATH, SECRET, streetview_service


@dataclass(frozen=True)
class Kind:
    """A service and its stand-in.

    search, image, keyed: the paths of its searches, of its images, and of what it is asked with a
    key for an image (none: ""); first: the panorama of its first image; budgets: how many requests
    into a run to end it; refusals: its ways to refuse a key; again: what may be asked twice.
    """

    name: str
    service: Callable[[], Service]
    source: Callable[[Service], Source]
    search: str
    image: str
    first: str
    budgets: Sequence[int]
    keyed: str = ""
    variable: str = ""
    refusals: Sequence[Answer] = ()
    again: str = "$"

    def __str__(self) -> str:
        return self.name

    def of_once(self, asked: Sequence[Asked]) -> list[tuple[str, str]]:
        """The requests that may be made once alone."""
        return [
            (each.path, str(each.query)) for each in asked if not re.match(self.again, each.path)
        ]


KINDS = (
    Kind(
        "commons",
        commons_service,
        lambda service: commons(api=f"{service.url}/w/api.php"),
        search="/w/",
        image="/thumb",
        first="commons-11",
        budgets=range(1, 8),
    ),
    Kind(
        "mapillary",
        mapillary_service,
        lambda service: mapillary(TOKEN, api=service.url),
        search="/images",
        image="/thumb",
        first="mapillary-s21",
        budgets=(2, 3, 4, 5, 10),
        keyed="/[0-9]",
        variable=MAPILLARY_TOKEN,
        refusals=(BAD_TOKEN, said({}, status=401), said({}, status=403)),
        again="/[0-9]",  # the addresses of images expire
    ),
    Kind(
        "streetview",
        streetview_service,
        lambda service: streetview(KEY, SECRET, api=service.url + PATH),
        search=f"{PATH}/metadata",
        image=f"{PATH}$",
        first=f"streetview-{hashlib.sha256(b'pano_11').hexdigest()[:16]}",
        budgets=(1, 3, 4, 12),
        keyed=f"{PATH}$",
        variable=KEY_VARIABLE,
        refusals=(said({}, status=403), Answer(b"Not valid.", "text/html", 403)),
    ),
)
