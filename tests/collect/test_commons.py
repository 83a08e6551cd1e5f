"""What Wikimedia Commons answers, as offers: the licence, the author as text, the place."""

from __future__ import annotations

from typing import Any

import pytest

from geoloc_core.collect.asking import ServiceError
from geoloc_core.collect.commons import commons, is_free
from geoloc_core.collect.offer import Offer
from tests.collect.commons_service import page, pages
from tests.collect.service import WEB_PAGE, Answer, Service, asker, said, serving

POINT = (28.6, 77.2)


def offers(answer: Answer) -> list[Offer]:
    with serving(Service(lambda _: answer)) as service:
        return commons(api=f"{service.url}/w/api.php").offers(asker(), POINT)


def one(**facts: Any) -> dict[str, Any]:
    return page(7, *POINT, "https://upload.wikimedia.org", **facts)


def described(**said_of_it: Any) -> Offer:
    (offer,) = offers(pages(one(extmetadata={k: {"value": v} for k, v in said_of_it.items()})))
    return offer


@pytest.mark.parametrize(
    ("licence", "free"),
    [
        *((name, True) for name in ("CC0", "CC BY 2.0", "CC BY-SA 4.0", "CC BY 2.5 in", "PD-self")),
        *((name, True) for name in ("Public domain", "cc by-sa 3.0")),
        *((name, False) for name in ("CC BY-NC 2.0", "CC BY-ND 4.0", "GFDL", "", "Copyrighted")),
    ],
)
def test_only_licences_that_allow_reuse_by_all_are_free(licence: str, free: bool) -> None:
    assert is_free(licence) is free
    offer = described(LicenseShortName=licence)
    assert commons().may_take(offer) is free
    assert commons(["gfdl"]).may_take(offer) is (free or licence == "GFDL")


def test_an_author_is_text_however_it_is_marked_up() -> None:
    for html, text in {
        '<a href="//x" onclick="alert(1)">A &amp; <b>B</b></a>': "A & B",
        "<script>alert(1)</script>C<br>D": "C D",
        "E\u202e\x1b[31m\nF": None,
        7: "7",
        None: "",
    }.items():
        shown = described(Artist=html).uploader
        assert "\x1b" not in shown
        assert "\u202e" not in shown
        assert "\n" not in shown
        assert text is None or shown == text


def test_the_nearest_comes_first() -> None:
    far, near = (
        page(n, POINT[0] + off, POINT[1], "https://u") for n, off in ((1, 0.05), (2, 0.01))
    )
    assert [offer.key for offer in offers(pages(far, near))] == ["commons-2", "commons-1"]


@pytest.mark.parametrize(
    "strange",
    [
        one(mime="image/svg+xml"),
        one(width=100),
        one() | {"coordinates": []},
        one() | {"coordinates": [{"lat": 28.6, "lon": 77.2, "globe": "moon"}]},
        one() | {"coordinates": [{"lat": "x", "lon": 77.2}]},
        one() | {"coordinates": [{"lat": 280.6, "lon": 77.2}]},
        one() | {"imageinfo": []},
        one() | {"pageid": None},
        {},
        None,
        [],
    ],
)
def test_what_is_no_photograph_with_a_place_is_left_out(strange: Any) -> None:
    found = offers(pages(strange, page(9, *POINT, "https://upload.wikimedia.org")))
    assert [offer.key for offer in found] == ["commons-9"]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (said({"error": {"code": "maxlag"}}), "the error 'maxlag'"),
        (said({"query": []}), "another kind of answer"),
        (said([]), "another kind of answer"),
        (Answer(b"{", "application/json"), "no JSON"),
        (Answer(b"[" * 100_000, "application/json"), "no JSON"),
        (WEB_PAGE, "a web page instead"),
    ],
)
def test_another_answer_than_it_should_is_said(answer: Answer, words: str) -> None:
    with pytest.raises(ServiceError, match=words):
        offers(answer)


def test_an_empty_answer_offers_nothing() -> None:
    assert offers(said({"batchcomplete": True})) == []
