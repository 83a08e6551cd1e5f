from __future__ import annotations

from itertools import permutations

import numpy as np
import pandas as pd
import pytest

from geoloc_core.audit.uploader_lookup import (
    NEIGHBOURS,
    agreement,
    drawn_theils_u,
    lookup,
    said_of_neighbours,
)
from geoloc_core.data.association import theils_u
from geoloc_core.geography.sphere import haversine_km


def made(seed: int = 0, panoramas: int = 200) -> pd.DataFrame:
    """Two images a panorama in six cells in a line; a third were taken away from home."""
    random = np.random.default_rng(seed)
    uploader = random.integers(0, 30, panoramas)
    home = uploader % 6
    cell = np.where(random.random(panoramas) < 1 / 3, random.integers(0, 6, panoramas), home)
    frame = pd.DataFrame(
        {
            "panorama": [f"p{number}" for number in range(panoramas)],
            "uploader": [f"u{number}" for number in uploader],
            "home": np.where(uploader == 29, -1, home),
            "cell": cell,
            "latitude": 20 + random.uniform(0, 3, panoramas),
            "longitude": 70 + 3 * cell + random.uniform(0, 3, panoramas),
        }
    )
    return frame.loc[np.repeat(np.arange(panoramas), 2)].reset_index(drop=True)


def by_place(frame: pd.DataFrame) -> np.ndarray:
    """What a network says that knows where an image was taken up to 200 km."""
    random = np.random.default_rng(1)
    longitude = frame["longitude"] + random.normal(0, 2, len(frame))
    return np.clip((longitude - 70) // 3, 0, 5).astype(int).to_numpy()


def test_lookup_against_all_shuffles() -> None:
    frame = pd.DataFrame(
        {
            "panorama": list("abcde"),
            "uploader": list("vwxyz"),
            "home": [1, 1, 2, 3, -1],
            "cell": [1, 2, 2, 2, 1],
        }
    )
    finding = lookup(frame, frame)
    shuffles = [np.mean(np.array(p) == frame["cell"]) for p in permutations(frame["home"])]
    assert finding.value == pytest.approx(2 / 5)
    assert finding.control == pytest.approx(np.mean(shuffles))
    assert finding.leaks is None


def test_lookup_tells_what_chance_alone_would_settle() -> None:
    frame = made()
    association = lookup(frame, frame).details["Theil's U (cell given uploader)"]
    measured, low, high = association["measured"]
    assert low < measured < high
    assert 0 < association["by chance"] < measured
    expected = (measured - association["by chance"]) / (1 - association["by chance"])
    assert association["corrected"] == pytest.approx(expected)


def test_drawn_theils_u_is_that_of_the_drawn_rows() -> None:
    random = np.random.default_rng(2)
    uploaders, cells = random.integers(0, 5, 40), random.integers(0, 3, 40)
    cells[uploaders == 0] = 1
    table = pd.crosstab(uploaders, cells).to_numpy()
    counts = np.array([[1, 1, 1, 1, 1], [2, 0, 3, 0, 0], [5, 0, 0, 0, 0]])
    drawn = [np.repeat(np.arange(40), times[uploaders]) for times in counts]
    expected = [theils_u(cells[rows], uploaders[rows]) for rows in drawn]
    np.testing.assert_allclose(drawn_theils_u(table, counts), expected, atol=1e-12)
    assert 0 < expected[0] < 1


def test_neighbours_against_loops() -> None:
    frame = made(panoramas=60)
    predicted = by_place(frame)
    expected = np.full(len(frame), np.nan)
    for i, one in frame.iterrows():
        if one["home"] < 0 or one["home"] == one["cell"]:
            continue
        km = {}
        for _, other in frame.iterrows():
            if other["cell"] == one["cell"] and other["home"] != one["home"]:
                km[other["panorama"]] = haversine_km(
                    (one["latitude"], one["longitude"]), (other["latitude"], other["longitude"])
                )
        nearest = sorted(km, key=lambda panorama: km[panorama])[:NEIGHBOURS]
        said = [predicted[j] for j, other in frame.iterrows() if other["panorama"] in nearest]
        if said:
            expected[i] = np.mean(np.array(said) == one["home"])
    assert np.isfinite(expected).sum() > 10
    np.testing.assert_allclose(said_of_neighbours(frame, predicted), expected)


def test_who_goes_by_the_uploader_is_convicted() -> None:
    frame = made()
    random = np.random.default_rng(3)
    reads = (random.random(len(frame)) < 0.4) & (frame["home"] >= 0)
    finding = agreement(frame, np.where(reads, frame["home"], by_place(frame)))
    assert finding.leaks
    assert finding.details["excess"][0] == pytest.approx(0.4, abs=0.1)


@pytest.mark.parametrize("seed", range(3))
def test_who_goes_by_the_place_is_acquitted(seed: int) -> None:
    frame = made(seed)
    assert agreement(frame, by_place(frame)).leaks is False


def test_being_right_is_no_agreement() -> None:
    frame = made()
    finding = agreement(frame, frame["cell"].to_numpy())
    assert (finding.value, finding.control, finding.leaks) == (0, 0, False)


def test_nobody_away_from_home_is_not_judged() -> None:
    frame = made()
    frame = frame[frame["home"] == frame["cell"]]
    finding = agreement(frame, frame["cell"].to_numpy())
    assert finding.leaks is None
    assert "0 images" in finding.words
