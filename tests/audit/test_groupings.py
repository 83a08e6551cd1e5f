from __future__ import annotations

import numpy as np
import pandas as pd

from geoloc_core.audit.groupings import groupings, place_folds, probe_hits
from geoloc_core.data.folds import group_folds, groups_of
from geoloc_core.geography.sphere import haversine_km


def made(seed: int = 0) -> pd.DataFrame:
    """Two images of each of 240 panoramas by 40 uploaders, near their homes in four cells."""
    random = np.random.default_rng(seed)
    uploader = np.repeat(np.arange(40), 6)
    homes = np.column_stack([10 + random.uniform(0, 3, 40), 75 + 3 * (np.arange(40) % 4)])
    homes[:, 1] += random.uniform(0, 3, 40)
    places = homes[uploader] + random.normal(0, 0.15, (240, 2))
    frame = pd.DataFrame(
        {
            "panorama": [f"p{number}" for number in range(240)],
            "uploader": [f"u{number}" for number in uploader],
            "cell": uploader % 4,
            "latitude": places[:, 0],
            "longitude": places[:, 1],
        }
    )
    frame = frame.loc[np.repeat(np.arange(240), 2)].reset_index(drop=True)
    return frame.assign(file=[f"{number}.jpg" for number in range(480)])


def scenes(frame: pd.DataFrame) -> np.ndarray:
    """Features that go with the place and not with the uploader: near places look alike."""
    random = np.random.default_rng(1)
    points = frame[["latitude", "longitude"]].to_numpy()
    waves = np.cos(points @ random.normal(0, 3.0, (2, 60)) + random.uniform(0, 6.3, 60))
    return waves + random.normal(0, 0.2, waves.shape)


def names(frame: pd.DataFrame) -> np.ndarray:
    """Features that go with the uploader alone."""
    random = np.random.default_rng(2)
    of_uploader = random.normal(size=(40, 60))
    return of_uploader[groups_of(frame, "uploader")] + random.normal(0, 0.3, (len(frame), 60))


def test_a_network_that_knows_uploaders_is_convicted() -> None:
    frame = made()
    finding = groupings(frame, np.hstack([scenes(frame), 2 * names(frame)]))
    assert finding.leaks
    assert finding.value > 0.5
    accuracy = finding.details["accuracy by grouping"]
    assert accuracy["uploader"][0] < accuracy["places"][0] < accuracy["panorama"][0]


def test_places_alone_cost_accuracy_too_and_convict_nobody() -> None:
    frame = made()
    finding = groupings(frame, scenes(frame))
    assert finding.low > 0.05  # without the control this would be a leak
    assert finding.control is not None
    assert finding.control > 0.05
    assert finding.leaks is False


def test_noise_is_acquitted() -> None:
    frame = made()
    assert groupings(frame, np.random.default_rng(3).normal(size=(480, 40))).leaks is False


def test_probe_against_ridge_regression_written_out() -> None:
    random = np.random.default_rng(4)
    features, cells = random.normal(size=(60, 5)), random.choice([3, 8, 20], 60)
    features[:, 0] += cells
    folds = random.integers(0, 3, 60)
    expected = np.zeros(60)
    for row in range(60):
        known = folds != folds[row]
        x, kinds = features[known], np.unique(cells[known])
        targets = np.where(cells[known][:, None] == kinds, 1.0, -1.0)
        centred = x - x.mean(axis=0)
        slopes = np.linalg.solve(
            centred.T @ centred + np.eye(5), centred.T @ (targets - targets.mean(axis=0))
        )
        scores = (features[row] - x.mean(axis=0)) @ slopes + targets.mean(axis=0)
        expected[row] = kinds[scores.argmax()] == cells[row]
    assert 0.3 < expected.mean() < 1
    np.testing.assert_array_equal(probe_hits(features, cells, folds), expected)


def test_control_holds_out_as_many_panoramas_of_each_cell() -> None:
    frame = made()
    folds = group_folds(frame, "uploader", 5)
    matched = place_folds(frame, folds, np.random.default_rng(5))
    pd.testing.assert_frame_equal(
        pd.crosstab(frame["cell"], folds), pd.crosstab(frame["cell"], matched)
    )
    assert (pd.Series(matched).groupby(frame["panorama"]).nunique() == 1).all()
    assert (matched != folds).any()


def test_control_draws_neighbours_whoever_took_them() -> None:
    """Two sites in a cell; two uploaders with half of their panoramas at each."""
    frame = pd.DataFrame(
        {
            "panorama": list("abcdefgh"),
            "uploader": ["x", "x", "y", "y"] * 2,
            "cell": 0,
            "latitude": [10.0, 10.1, 10.2, 10.3, 12.0, 12.1, 12.2, 12.3],
            "longitude": 76.0,
        }
    )
    folds = np.array([0, 0, 1, 1] * 2)
    for seed in range(5):
        matched = place_folds(frame, folds, np.random.default_rng(seed))
        points = frame[["latitude", "longitude"]].to_numpy()
        for fold in (0, 1):
            part, own = points[matched == fold], points[folds == fold]
            assert haversine_km(part[:, None], part).sum() <= haversine_km(own[:, None], own).sum()
        ends = {int(fold) for fold in (matched[0], matched[-1])}
        assert ends == {0, 1}


def test_too_few_uploaders_are_not_judged() -> None:
    frame = made().assign(uploader="")
    finding = groupings(frame, scenes(frame))
    assert finding.leaks is None
    assert np.isnan(finding.value)
