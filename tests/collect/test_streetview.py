"""What Google answers, as offers; the signature; what is asked for images."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from geoloc_core.collect.asking import CollectError, RefusedError, ServiceError
from geoloc_core.collect.collect import Collected, collect
from geoloc_core.collect.offer import Offer
from geoloc_core.collect.streetview import signed, streetview
from geoloc_core.data.manifest import read_manifest
from tests.collect.service import WEB_PAGE, Answer, Service, asker, said, serving, two_cells
from tests.collect.streetview_service import (
    DENIED,
    KEY,
    PATH,
    SECRET,
    metadata,
    streetview_service,
)

POINT = (28.6, 77.2)


def asked_of(service: Service, **more: Any) -> list[Offer]:
    with serving(service):
        return streetview(KEY, SECRET, api=service.url + PATH, **more).offers(asker(), POINT)


def offers(answer: Answer) -> list[Offer]:
    return asked_of(Service(lambda _: answer))


def test_a_panorama_is_offered_at_its_own_place() -> None:
    (offer,) = offers(said(metadata(1, 28.61, 77.21)))
    assert offer.key.startswith("streetview-")
    assert offer == Offer(
        key=offer.key,
        name="pano_1",
        latitude=28.61,
        longitude=77.21,
        headings=(0.0, 90.0, 180.0, 270.0),
        uploader="Some Person",
        date="2014-04",
        licence="Google Maps Platform Terms of Service",
        page="https://www.google.com/maps/@?api=1&map_action=pano&pano=pano_1",
        image="",
        group=offer.key,
    )
    other = offers(said(metadata(1, 28.61, 77.21, pano_id="Pano_1", date=None)))[0]
    assert other.key.lower() != offer.key
    assert other.date == ""


def test_hostile_names_are_one_line() -> None:
    (offer,) = offers(said(metadata(1, *POINT, copyright="© <b>A\u202e\x1b[31m\nB</b>")))
    assert offer.uploader == "<b>A[31m B</b>"


@pytest.mark.parametrize(
    "answer",
    [
        {"status": "ZERO_RESULTS"},
        {"status": "NOT_FOUND"},
        metadata(1, *POINT, pano_id=None),
        metadata(1, *POINT, pano_id="a b"),
        metadata(1, *POINT, pano_id=7),
        metadata(1, 128.6, 77.2),
        metadata(1, float("nan"), 77.2),
        metadata(1, *POINT, location=[28.6, 77.2]),
        {"status": "OK"},
    ],
)
def test_what_is_no_panorama_with_a_place_offers_nothing(answer: dict[str, Any]) -> None:
    assert offers(said(answer)) == []


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (DENIED, RefusedError, "is GOOGLE_MAPS_KEY .* right, and the Street View Static API"),
        (said({}, status=403), RefusedError, r"\(status 403\): is GOOGLE_MAPS_KEY"),
        (said({"status": "OVER_QUERY_LIMIT"}), ServiceError, "with 'OVER_QUERY_LIMIT': go on"),
        (said({"status": "UNKNOWN_ERROR"}), ServiceError, "'UNKNOWN_ERROR'"),
        (said({}), ServiceError, "answers with ''"),
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


def test_the_signature_is_that_of_googles_own_example() -> None:
    url = "https://maps.googleapis.com/maps/api/geocode/json?address=New+York&client=clientID"
    assert signed(url, "vNIXE0xscrmjlyV-12Nj_BvUPaw=") == (
        f"{url}&signature=chaRF2hTJKOScPr-RQCEhZbSzIE="
    )
    assert signed(url, "") == url


@pytest.mark.parametrize("secret", ["a", "no secret", "a/b+", "é", "=="])
def test_what_is_no_secret_is_said_without_it(secret: str) -> None:
    with pytest.raises(CollectError) as told:
        streetview(KEY, secret)
    assert str(told.value) == "What is in GOOGLE_MAPS_SECRET is no secret for signing addresses."


def test_the_radius_and_the_kind_of_panorama_are_asked_for() -> None:
    service = Service(lambda _: said({"status": "ZERO_RESULTS"}))
    asked_of(service)
    asked_of(service, radius=10_000, outdoor=True)
    assert [each.query.get("radius") for each in service.asked] == ["1000", "10000"]
    assert [each.query.get("source") for each in service.asked] == [None, "outdoor"]


def test_panoramas_are_looked_up_before_any_image(tmp_path: Path) -> None:
    with serving(streetview_service()) as service:
        source = streetview(KEY, SECRET, api=service.url + PATH)

        def run(budget: int, images: bool = True) -> Collected:
            return collect(source, asker(budget), two_cells(), tmp_path, per_cell=1, images=images)

        assert run(9, images=False) == Collected(2, 0, 0, "")
        assert set(service.paths()) == {f"{PATH}/metadata"}
        assert not (tmp_path / "manifest.parquet").exists()
        looked_up = len(service.asked)
        assert run(6).offers == 1
        assert run(9, images=False) == Collected(2, 6, 0, "")  # two images are lacking
        assert run(9) == Collected(2, 8, 0, "")
    assert service.paths()[looked_up:] == [PATH] * 8
    frame = read_manifest(tmp_path, files=True)
    assert frame["heading"].tolist() == [0, 90, 180, 270] * 2
    assert frame["panorama"].nunique() == 2
    assert len({(tmp_path / file).read_bytes() for file in frame["file"]}) == 8


def test_one_panorama_near_several_points_is_taken_once(tmp_path: Path) -> None:
    here = metadata(1, *POINT)
    service = streetview_service()
    service.faults = [(f"{PATH}/metadata", said(here))] * 40
    with serving(service):
        source = streetview(KEY, SECRET, api=service.url + PATH)
        assert collect(source, asker(), two_cells(), tmp_path, per_cell=2).offers == 1
    assert set(read_manifest(tmp_path)["cell"]) == {27}
