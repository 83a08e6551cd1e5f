"""The page of a report: what it says, that nothing in it is run, that it needs nothing else."""

from __future__ import annotations

import re

import numpy as np
import pytest

from geoloc_core.audit.report import Pictures, amount, bare, chart, figure, html, tables
from geoloc_core.geography.grid import article_grid

HOSTILE = "<script>alert(1)</script>\u202e${x}"


FOUND = {
    "name": "row band 4 of 4",
    "box": [0.0, 0.75, 1.0, 1.0],
    "around": False,
    "travel": [0.5, 0.4, 0.6],
    "nats": [3.0, 2.0, 4.0],
    "p": 0.001,
}


def finding(**changes: object) -> dict:
    return {
        "test": "swap",
        "number": 3,
        "title": "Another's name",
        "value": 0.4,
        "low": 0.3,
        "high": 0.5,
        "control": 0.1,
        "control_low": 0.05,
        "control_high": 0.2,
        "threshold": 0.05,
        "leaks": True,
        "unit": "share",
        "words": HOSTILE,
        "details": {
            "excess": [0.3, 0.2, 0.4],
            HOSTILE: {"left": [0.1, 0.05, 0.15], HOSTILE: None},
        },
    } | changes


def report(**changes: object) -> dict:
    return {
        "model": HOSTILE,
        "trained_mask": "none",
        "mask": "none",
        "pictures": 40,
        "panoramas": 20,
        "uploaders": 12,
        "suspect": {"left": 0.0, "top": 0.9375, "right": 1.0, "bottom": 1.0},
        "data_fingerprint": "d" * 64,
        "grid_fingerprint": "e" * 64,
        "verdict": {
            "kind": "leak",
            "status": 3,
            "counted": 1,
            "of": 2,
            "words": f"Leak detected. {HOSTILE}",
            "ranking": ["swap", "gap"],
        },
        "scan": {
            "verdict": {
                "kind": "leak",
                "words": HOSTILE,
                "status": 3,
                "found": FOUND,
                "confirmed": 0.01,
                "recognised": 1,
                "uploaders": 2,
                "also": [HOSTILE],
            },
            "probes": [FOUND, FOUND | {"name": "palette", "box": None, "p": 0.7}],
            "recognised": [
                {
                    "uploader": HOSTILE,
                    "pairs": 9,
                    "travelled": 8,
                    "control": 0,
                    "p": 0.001,
                    "recognised": True,
                }
            ],
            "flights": [
                {
                    "file": HOSTILE,
                    "donor": HOSTILE,
                    "donor_uploader": HOSTILE,
                    "control": "c.png",
                    "cell": 3,
                    "target": 8,
                    "before": 3,
                }
            ],
            "pairs": 10,
            "passes": 100,
            "budget": 120,
        },
        "findings": [
            finding(),
            finding(test="gap", number=2, leaks=False, unit="points", control=None),
            finding(test="map", number=6, leaks=None, value=None, threshold=None, details={}),
        ],
        "strategies": [
            {"images": 7, "accuracy": 0.5, "map": [[0.1, 0.4], [0.5, 0.0]], "file": HOSTILE},
            {"images": 3, "accuracy": 0.0, "map": [[1.0, 0.0], [0.0, 0.0]], "file": HOSTILE},
        ],
        "text": {"pictures": 60, "with_text": 59, "words": [[HOSTILE, 7]]},
        "examples": [
            {
                "file": HOSTILE,
                "uploader": HOSTILE,
                "cell": 3,
                "swapped": HOSTILE,
                "target": 8,
                "predicted": {"swapped": {"cell": 8, "probability": 0.75}},
            }
        ],
    } | changes


@pytest.fixture(scope="module")
def page() -> str:
    image = np.full((8, 8, 3), 90, np.uint8)
    views = [(image, image, image)]
    pictures = Pictures([{"swapped": image}], views, [image, image], np.eye(64))
    return html(report(), pictures, article_grid())


def test_hostile_text_is_shown_and_not_run(page: str) -> None:
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "\u202e" not in page


def test_nothing_is_asked_for_from_outside(page: str) -> None:
    assert not re.search(r"https?:|//[a-z]|@import|<link|<script|url\(", page)
    assert set(re.findall(r'src="([^,"]*),', page)) == {"data:image/jpeg;base64"}


def test_the_verdict_stands_at_the_top_in_plain_words(page: str) -> None:
    main = page[page.index("<main>") :]
    assert main.index("Leak detected") < main.index("The other tests, strongest first")
    clean = report()["verdict"] | {"kind": "none", "words": "No leak found. None."}
    page = html(report(verdict=clean, examples=[], text=None, strategies=[]), Pictures([]))
    assert "<strong>No leak found</strong>\n<p>None.</p>" in page


def test_the_tests_stand_in_the_order_of_the_ranking(page: str) -> None:
    ranked = page[page.index("strongest first") : page.index("What the network was shown")]
    assert re.findall(r"<tr><td>(\d)", ranked) == ["3", "2"]
    assert ">positive<" in ranked
    assert ">negative<" in ranked


def test_what_was_not_measured_says_so(page: str) -> None:
    card = page[page.index('id="map"') :]
    assert "not measured</span>" in card
    assert "<svg" not in card


def test_without_anyone_to_swap_in_nobody_is_named() -> None:
    alone = report()["examples"][0] | {"swapped": "", "target": -1}
    image = np.zeros((8, 8, 3), np.uint8)
    page = html(report(examples=[alone], text=None, strategies=[]), Pictures([{"swapped": image}]))
    assert "Swapped in" not in page


def test_a_chart_puts_every_number_where_its_axis_says() -> None:
    drawn = chart(finding())
    assert drawn is not None
    ticks = [tick for _, tick in drawn["ticks"]]
    np.testing.assert_allclose(ticks, [0, 0.1, 0.2, 0.3, 0.4, 0.5])
    places = {row["name"]: row["x"] for row in drawn["rows"]}
    np.testing.assert_allclose(places["measured"], [80, 60, 100])
    np.testing.assert_allclose(places["control"], [20, 10, 40])
    np.testing.assert_allclose(places["difference"], [60, 40, 80])
    assert [row["unit"] for row in drawn["rows"]] == ["share", "share", "points"]
    assert drawn["threshold"] == pytest.approx(10)


def test_a_chart_reaches_below_zero_and_to_its_threshold() -> None:
    falling = finding(value=-0.02, low=-0.03, high=0.0, control=None, threshold=0.05, details={})
    drawn = chart(falling)
    assert drawn is not None
    ticks = [tick for _, tick in drawn["ticks"]]
    assert ticks[0] <= -0.03
    assert ticks[-1] >= 0.05
    assert [row["name"] for row in drawn["rows"]] == ["measured"]


def test_nothing_measured_has_no_chart() -> None:
    assert chart(finding(value=None)) is None


def test_details_become_tables() -> None:
    given = {
        "excess": [0.1, 0.0, 0.2],
        "source": "a probe",
        "accuracy": {"nothing": [0.5, 0.4, 0.6], "both": [0.3, 0.2, 0.4]},
        "by split": {"train": {"n": 3}, "test": {"n": 2, "share": 0.5}},
        "pairs": [{"a": 1}, {"a": 2, "b": 3}],
    }
    assert tables(given) == [
        {"caption": "", "head": [], "rows": [["source", "a probe"]]},
        {
            "caption": "accuracy",
            "head": [],
            "rows": [["nothing", [0.5, 0.4, 0.6]], ["both", [0.3, 0.2, 0.4]]],
        },
        {
            "caption": "by split",
            "head": ["", "n", "share"],
            "rows": [["train", 3, None], ["test", 2, 0.5]],
        },
        {"caption": "pairs", "head": ["a", "b"], "rows": [[1, None], [2, 3]]},
    ]


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.1234, "share", "12.3 %"),
        (-0.05, "points", "-5.0 points"),
        (1.2345, "nats", "1.23 nats"),
        (None, "share", "not measured"),
    ],
)
def test_amounts_are_in_their_unit(value: float | None, unit: str, text: str) -> None:
    assert amount(value, unit) == text


def test_ends_of_an_interval_go_without_their_unit() -> None:
    assert bare(0.1234, "points") == "12.3"
    assert bare(0.1 * 3, "share") == "30"
    assert bare(-1.2345, "nats") == "-1.23"


def test_figures_of_a_table() -> None:
    assert figure([0.5, 0.25, 0.75]) == "0.5 (0.25 to 0.75)"
    assert figure([1, 2]) == "1, 2"
    assert figure(True) == "yes"
    assert figure(None) == "–"
