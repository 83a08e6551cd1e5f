"""Donors away from home, controls beside them, and pairs whose target nothing else names."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from geoloc_core.audit.scan.pairs import ScanError, checked, draw_pairs, find_donors, sample
from geoloc_core.geography.sphere import haversine_km


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    random = np.random.default_rng(0)
    rows = []
    for number in range(900):
        who = int(random.integers(30))
        home = who % 6
        cell = home if random.random() < 0.8 else int(random.integers(6))
        rows.append(
            {
                "file": f"{number}.png",
                "panorama": f"p{number // 2}",
                "cell": cell,
                "uploader": f"u{who}" if who else "",
                "fold": "test" if number % 5 == 0 else "train",
                "latitude": cell + random.uniform(),
                "longitude": 70 + random.uniform(),
            }
        )
    return checked(pd.DataFrame(rows))


def test_donors_are_away_from_a_home_that_is_known(table) -> None:
    donors = find_donors(table)
    assert len(donors.images) > 50
    for row, image in donors.images.iterrows():
        assert image["home"] == int(image["uploader"][1:]) % 6 != image["cell"]
        for file in donors.controls[row]:
            other = donors.everyone.set_index("file").loc[file]
            assert other["cell"] == image["cell"]
            assert other["uploader"] != image["uploader"]
            assert other["home"] != image["home"]
    assert "" not in set(donors.images["uploader"])


def test_controls_are_the_nearest(table) -> None:
    donors = find_donors(table)
    row, image = next(donors.images.iterrows())
    everyone = donors.everyone
    fits = everyone[
        (everyone["cell"] == image["cell"])
        & (everyone["uploader"] != image["uploader"])
        & (everyone["home"] != image["home"])
        & (everyone["uploader"] != "")
    ]
    places = fits[["latitude", "longitude"]].to_numpy(float)
    km = haversine_km(image[["latitude", "longitude"]].to_numpy(float)[None], places)
    nearest = fits["file"].to_numpy()[np.argsort(km)[:5]]
    assert donors.controls[row] == nearest.tolist()


def test_a_pairs_target_is_neither_the_images_cell_nor_its_uploaders_home(table) -> None:
    donors, test = find_donors(table), sample(table, 100)
    pairs = draw_pairs(donors, test, 400)
    by_file = donors.everyone.set_index("file")
    assert len(pairs) > 350
    for pair in pairs.itertuples():
        image, donor, control = (by_file.loc[f] for f in (pair.file, pair.donor, pair.control))
        assert image["fold"] == "test"
        assert pair.target == donor["home"]
        assert pair.target not in (image["cell"], image["home"], donor["cell"], control["home"])
        assert donor["uploader"] == pair.donor_uploader != image["uploader"]
        assert control["cell"] == donor["cell"]
    counts = pairs["donor_uploader"].value_counts()
    assert counts.max() - counts.min() <= 6
    pd.testing.assert_frame_equal(pairs, draw_pairs(donors, test, 400))
    assert not pairs.equals(draw_pairs(donors, test, 400, seed=1))


def test_the_sample_takes_all_panoramas_first(table) -> None:
    test = table[table["fold"] == "test"]
    some = sample(table, test["panorama"].nunique())
    assert some["panorama"].nunique() == len(some)
    assert len(sample(table, 10_000)) == len(test)


def test_without_travellers_there_are_no_pairs(table) -> None:
    stay = table[table["cell"] == table["uploader"].str[1:].replace("", "0").astype(int) % 6]
    donors = find_donors(stay)
    assert donors.images.empty
    assert draw_pairs(donors, sample(stay, 20), 10).empty


def test_places_are_not_needed_and_columns_are(table) -> None:
    donors = find_donors(table.drop(columns=["latitude", "longitude"]))
    assert len(donors.images) > 50
    with pytest.raises(ScanError, match="lacks the column cell, fold"):
        checked(table.drop(columns=["cell", "fold"]))
