from __future__ import annotations

import pandas as pd
import pytest

from geoloc_core.audit.swaps import ENOUGH, draw_swaps, homes


def training() -> pd.DataFrame:
    """Asha and Bela at home in cell 1, Chand in 2, Divya in 3; Ekta took too few, in 4."""
    cells = {"Asha": [1] * 6 + [2], "Bela": [1] * 5, "Chand": [2] * 5, "Divya": [3] * 9 + [4] * 9}
    cells |= {"Ekta": [4] * (ENOUGH - 1), "": [5] * 20}
    rows = [(name, cell) for name, of in cells.items() for cell in of]
    frame = pd.DataFrame(rows, columns=["uploader", "cell"])
    frame["panorama"] = [f"panorama {row}" for row in range(len(frame))]
    twice = pd.concat([frame, frame], ignore_index=True)  # two images a panorama
    return twice.assign(file=[f"{row}.jpg" for row in range(len(twice))])


def images(uploader: str, cell: int, count: int = 200) -> pd.DataFrame:
    files = [f"{uploader} {row}.jpg" for row in range(count)]
    return pd.DataFrame({"file": files, "uploader": uploader, "cell": cell})


def test_home_is_the_commonest_cell_by_panoramas_and_the_first_of_equals() -> None:
    people = homes(training())
    assert people["home"].to_dict() == {"Asha": 1, "Bela": 1, "Chand": 2, "Divya": 3, "Ekta": 4}
    assert people["panoramas"].to_dict()["Asha"] == 7
    assert people["share"]["Asha"] == pytest.approx(6 / 7)
    assert people["share"]["Divya"] == 0.5


def test_the_swapped_in_live_neither_where_the_image_is_nor_where_its_uploader_lives() -> None:
    swaps = draw_swaps(images("Asha", cell=3), training(), seed=0)
    assert set(swaps["swapped"]) == {"Chand"}
    assert set(swaps["target"]) == {2}
    assert set(swaps["home"]) == {1}
    assert set(swaps["same_cell"]) == {"Bela"}


def test_those_who_stay_at_home_are_drawn_rather_than_travellers() -> None:
    swapped = draw_swaps(images("Asha", cell=1, count=2000), training(), 0)["swapped"]
    assert set(swapped) == {"Chand", "Divya"}
    assert (swapped == "Chand").mean() == pytest.approx(1 / 1.5, abs=0.03)


def test_where_nobody_can_be_swapped_in_nobody_is() -> None:
    swaps = draw_swaps(images("Stranger", cell=1), training(), seed=0)
    assert set(swaps["home"]) == {-1}
    assert set(swaps["same_cell"]) == {""}
    assert set(swaps["swapped"]) == {"Chand", "Divya"}
    alone = training().query("uploader in ['Bela', 'Ekta', '']")
    swaps = draw_swaps(images("Bela", cell=1), alone, seed=0)
    assert set(swaps["swapped"]) == {""}
    assert set(swaps["target"]) == {-1}


def test_an_image_draws_the_same_in_any_company_and_another_with_another_seed() -> None:
    some = images("Asha", cell=1)
    together = draw_swaps(some, training(), seed=0)
    pd.testing.assert_frame_equal(draw_swaps(some.iloc[50:60], training(), 0), together[50:60])
    assert (draw_swaps(some, training(), seed=1)["swapped"] != together["swapped"]).any()


def test_nobody_bears_the_unknown_names() -> None:
    unknown = draw_swaps(images("Asha", cell=1), training(), seed=0)["unknown"]
    assert unknown.nunique() == len(unknown)
    assert not set(unknown) & set(training()["uploader"])
    assert unknown.str.fullmatch(r"[A-Z][a-z]{3,7} [A-Z][a-z]{3,7}").all()
