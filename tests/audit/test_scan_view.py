"""What the report shows of a scan."""

from __future__ import annotations

import numpy as np
import pytest

from geoloc_core.audit.scan_view import PEOPLE, flight_map, scan_view, strip
from geoloc_core.geography.grid import article_grid


def probe(name: str, travel: float, p: float = 0.5) -> dict:
    span = [travel, travel - 0.1, travel + 0.1]
    return {"name": name, "box": None, "around": False, "travel": span, "nats": span, "p": p}


def test_probes_are_sorted_into_rows_columns_and_others() -> None:
    made = strip(
        [
            probe("row band 1 of 4", 0.15),
            probe("palette", -0.1),
            probe("column band 1 of 4", 0.9, 0.01),
        ]
    )
    assert [cell["strength"] for cell in made["rows"]] == [0.5]
    assert [(cell["strength"], cell["sure"]) for cell in made["columns"]] == [(1.0, True)]
    assert [(cell["name"], cell["strength"]) for cell in made["others"]] == [("palette", 0.0)]


def test_arrows_go_from_cell_to_cell_and_their_heads_point_there() -> None:
    grid = article_grid()
    drawn = flight_map([{"cell": 5, "target": 40}, {"cell": 40, "target": 5}], grid)
    there, back = drawn["arrows"]
    assert there["start"] == back["end"] != there["end"] == back["start"]
    corners = np.array([[float(n) for n in point.split(",")] for point in there["head"].split()])
    np.testing.assert_allclose(corners[0], there["end"], atol=0.06)
    foot = corners[1:].mean(axis=0)
    way = np.subtract(there["end"], there["start"])
    assert np.dot(corners[0] - foot, way) == pytest.approx(7 * np.hypot(*way), rel=0.02)
    for arrow in drawn["arrows"]:
        for x, y in (arrow["start"], arrow["end"]):
            assert 0 <= x <= drawn["width"]
            assert 0 <= y <= drawn["height"]
    # north is up
    (_, y_south), (_, y_north) = (
        flight_map([{"cell": int(cell), "target": 5}], grid)["arrows"][0]["start"]
        for cell in np.argsort([latitude for latitude, _ in grid.centroids])[[0, -1]]
    )
    assert y_north < y_south


def test_those_recognised_come_first_and_no_map_without_places() -> None:
    people = [
        {
            "uploader": str(n),
            "pairs": 5,
            "travelled": 0,
            "control": 0,
            "p": 0.9,
            "recognised": False,
        }
        for n in range(PEOPLE + 5)
    ]
    people[-1] |= {"p": 0.001, "recognised": True}
    scan = {
        "verdict": {"kind": "inconclusive", "words": "", "status": 5, "why": "Why."},
        "probes": [],
        "recognised": people,
        "flights": [{"cell": 1, "target": 2}],
        "pairs": 1,
        "passes": 2,
        "budget": 3,
    }
    made = scan_view(scan, [], None)
    assert made["people"][0]["uploader"] == str(PEOPLE + 4)
    assert (len(made["people"]), made["recognised"], made["probed"]) == (PEOPLE, 1, PEOPLE + 5)
    assert made["map"] is None
