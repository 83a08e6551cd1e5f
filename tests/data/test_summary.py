import pandas as pd
import pytest

from geoloc_core.data.folds import split
from geoloc_core.data.summary import cell_table, panoramas, sectors, uploaders_of
from geoloc_core.geography.grid import article_grid
from geoloc_core.geography.place_names import cell_names

GRID = article_grid()


@pytest.fixture
def manifest():
    """Panoramas in cells 3, 3, 3, 9 and none, two images each but for the last."""
    panoramas = {"a": (3, "Ann"), "b": (3, "Bo"), "c": (3, "Bo"), "d": (9, ""), "e": (-1, "Ann")}
    return pd.DataFrame(
        [
            {"panorama": name, "cell": cell, "uploader": uploader, "heading": heading}
            for name, (cell, uploader) in panoramas.items()
            for heading in ((0.0, 180.0) if name != "e" else (45.0,))
        ]
    )


def test_a_row_a_panorama_with_its_fold(manifest):
    first = panoramas(manifest)
    assert first.panorama.tolist() == list("abcde")
    assert first.heading.tolist() == [0, 0, 0, 0, 45]
    assert first.fold.tolist() == split(first).tolist()


def test_the_cell_table_counts(manifest):
    table = cell_table(manifest, GRID)
    assert table.cell.tolist() == list(range(58))
    assert table.name.tolist() == list(cell_names(GRID))
    three, nine = table.loc[3], table.loc[9]
    assert (three.images, three.panoramas, three.uploaders) == (6, 3, 2)
    assert (three.commonest_uploader, three.commonest_share) == ("Bo", pytest.approx(2 / 3))
    assert three.known_by_name == pytest.approx(2 / 3)  # Bo's two lie here, Ann's other elsewhere
    assert nine.known_by_name == 0
    assert (nine.images, nine.panoramas, nine.uploaders) == (2, 1, 0)
    assert (nine.commonest_uploader, nine.commonest_share) == ("", 0)
    assert three.panoramas_per_10000_km2 == pytest.approx(3 / GRID.frame["area_km2"][3] * 10_000)
    assert table.images.sum() == 8
    assert not table.drop(index=[3, 9])[["panoramas", "uploaders", "known_by_name"]].any(axis=None)


def test_every_panorama_of_a_cell_lies_in_one_fold(manifest):
    table = cell_table(manifest, GRID)
    folds = table[["train", "validation", "test"]]
    assert folds.sum(axis=1).tolist() == table.panoramas.tolist()
    first = panoramas(manifest)
    assert folds.test.sum() == ((first.fold == "test") & (first.cell >= 0)).sum()


def test_of_two_uploaders_as_common_the_first_in_the_alphabet_is_named(manifest):
    table = cell_table(manifest[manifest.panorama.isin(["a", "b"])], GRID)
    assert table.loc[3, "commonest_uploader"] == "Ann"


def test_uploaders_of_a_cell_with_what_they_did_elsewhere(manifest):
    found = uploaders_of(panoramas(manifest), 3)
    assert found.to_dict("list") == {"uploader": ["Bo", "Ann"], "here": [2, 1], "all": [2, 2]}
    assert uploaders_of(panoramas(manifest), 9).empty


def test_sectors_are_centred_on_the_compass():
    counts = sectors(pd.Series([0.0, 11.2, 11.3, 90, 348.8, 348.7, 359.9]))
    assert {number: count for number, count in enumerate(counts.tolist()) if count} == {
        0: 4,
        1: 1,
        4: 1,
        15: 1,
    }
    assert len(counts) == 16
