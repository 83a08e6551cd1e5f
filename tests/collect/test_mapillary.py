"""What Mapillary answers, as offers; panoramas as four views."""

from __future__ import annotations

import io
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from geoloc_core.collect.asking import AnswerError, RefusedError, ServiceError
from geoloc_core.collect.collect import Collected, collect
from geoloc_core.collect.mapillary import mapillary
from geoloc_core.collect.offer import Offer
from geoloc_core.collect.panorama import perspective
from geoloc_core.data.manifest import read_manifest
from geoloc_core.images.photo import read_photo
from tests.collect.mapillary_service import BAD_TOKEN, TOKEN, mapillary_service, row, rows
from tests.collect.service import (
    WEB_PAGE,
    Answer,
    Service,
    asker,
    photograph,
    said,
    serving,
    two_cells,
)

POINT = (28.6, 77.2)


def offers(answer: Answer) -> list[Offer]:
    with serving(Service(lambda _: answer)) as service:
        return mapillary(TOKEN, api=service.url).offers(asker(), POINT)


def test_a_photograph_is_offered_with_what_is_known_of_it() -> None:
    (offer,) = offers(rows(row(7, *POINT)))
    assert offer == Offer(
        key="mapillary-7",
        name="7",
        latitude=28.6,
        longitude=77.2,
        headings=(92.1,),
        uploader="<b>someone</b>[31m",
        date="2020-10-23T18:58:56+05:30",
        licence="CC BY-SA 4.0",
        page="https://www.mapillary.com/app/?pKey=7",
        image="",
        group="mapillary-s7",
    )


def test_what_is_left_out_of_an_answer_is_not_known() -> None:
    lacking = dict.fromkeys(
        ("captured_at", "computed_geometry", "compass_angle", "creator", "sequence", "is_pano")
    )
    (offer,) = offers(rows(row(7, *POINT, **lacking)))
    assert (offer.uploader, offer.date, offer.group) == ("", "", "mapillary-7")
    assert offer.longitude == 77.7  # where the device thought it was
    assert math.isnan(offer.headings[0])
    assert offers(rows(row(7, *POINT, creator={"id": "104"})))[0].uploader == "104"


def test_the_nearest_of_each_sequence_comes_in_order() -> None:
    found = offers(
        rows(*(row(n, 28.6 + n / 1000, 77.2, sequence="s" if n < 4 else "t") for n in (5, 3, 4, 2)))
    )
    assert [offer.name for offer in found] == ["2", "4"]


@pytest.mark.parametrize(
    "strange",
    [
        row(7, *POINT, id="../7"),
        row(7, *POINT, id=None),
        row(7, *POINT, is_pano=True, compass_angle=None),
        row(7, *POINT, compass_angle="north"),
        row(7, *POINT, computed_geometry={"coordinates": [77.2]}),
        row(7, *POINT, computed_geometry={"coordinates": ["x", "y"]}),
        row(7, *POINT, computed_geometry={"coordinates": [77.2, math.nan]}),
        row(7, *POINT, computed_geometry={"coordinates": [77.2, 128.6]}),
        row(7, *POINT, creator=["someone"]),
        {},
        None,
        [],
        "row",
    ],
)
def test_what_is_no_photograph_with_a_place_is_left_out(strange: Any) -> None:
    assert [offer.name for offer in offers(rows(strange, row(9, *POINT)))] == ["9"]


@pytest.mark.parametrize("moment", [1e30, -1e30, math.nan, "yesterday", {}, True])
def test_a_moment_that_is_none_keeps_nothing_back(moment: Any) -> None:
    assert offers(rows(row(7, *POINT, captured_at=moment)))[0].date[:4] in ("", "1970")


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (BAD_TOKEN, RefusedError, "refuses the token: is MAPILLARY_TOKEN right?"),
        (said({}, status=401), RefusedError, r"\(status 401\): is MAPILLARY_TOKEN right?"),
        (said({"error": {"code": 100}}, status=400), ServiceError, "error 100. Go on later"),
        (said({"error": "bad"}), ServiceError, "Mapillary answers with error"),
        (said({"data": {}}), ServiceError, "another kind of answer"),
        (said([]), ServiceError, "another kind of answer"),
        (WEB_PAGE, ServiceError, "a web page instead"),
    ],
)
def test_another_answer_than_it_should_is_said(
    answer: Answer, kind: type[ServiceError], words: str
) -> None:
    with pytest.raises(ServiceError, match=words) as told:
        offers(answer)
    assert type(told.value) is kind
    assert "PRIVATE" not in str(told.value)


def test_panoramas_become_four_views_of_one_image(tmp_path: Path) -> None:
    with serving(mapillary_service()) as service:
        source = mapillary(TOKEN, api=service.url)
        taken = collect(source, asker(), two_cells(), tmp_path, per_cell=1)
    assert taken == Collected(2, 8 - 3, 0, "")
    assert [path.split("/")[1] for path in service.paths()] == [
        *("images", "images", "21", "thumb", "images", "31", "thumb")
    ]
    frame = read_manifest(tmp_path, files=True)
    assert frame["panorama"].tolist() == ["mapillary-s21"] * 4 + ["mapillary-s31"]
    assert frame["heading"].tolist() == pytest.approx([92.1, 182.1, 272.1, 2.1, 92.1])
    pixels = read_photo(photograph(21, size=(64, 32))).pixels
    for turn, file in zip((0, 90, 180, 270), frame["file"], strict=False):
        out = io.BytesIO()
        Image.fromarray(perspective(pixels, turn, 16)).save(out, "JPEG", quality=92)
        assert np.array_equal(
            read_photo((tmp_path / file).read_bytes()).pixels, read_photo(out.getvalue()).pixels
        )


def test_a_panorama_that_is_no_whole_sphere_is_refused() -> None:
    service = mapillary_service()
    with serving(service):
        source = mapillary(TOKEN, api=service.url)
        offer = source.offers(asker(), POINT)[0]
        service.faults = [("/thumb", Answer(photograph(1, size=(64, 30)), "image/jpeg"))]
        with pytest.raises(AnswerError, match="no whole sphere"):
            list(source.images(asker(), offer, offer.headings))


@pytest.mark.parametrize(
    "url",
    [None, 7, "", "file:///etc/passwd", "http://169.254.169.254/x", "https://example.org/x", "//x"],
)
def test_an_address_of_an_image_that_leads_elsewhere_is_not_asked(url: Any) -> None:
    service = mapillary_service()
    with serving(service):
        source = mapillary(TOKEN, api=service.url)
        offer = source.offers(asker(), POINT)[0]
        service.faults = [("/[0-9]", said({"id": offer.name, "thumb_2048_url": url}))]
        with pytest.raises(AnswerError):
            list(source.images(asker(), offer, offer.headings))
    assert "thumb" not in "".join(service.paths())
