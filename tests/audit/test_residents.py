import numpy as np
import pandas as pd
import pytest

from geoloc_core.audit.residents import residents
from geoloc_core.data.folds import split


def manifest():
    """Forty panoramas of two views; "Asha" takes three of four at home in cell 3, "" the last."""
    rows = [
        {
            "file": f"{number}-{view}",
            "panorama": f"p{number}",
            "uploader": "Asha" if number < 36 else "",
            "cell": 3 if number % 4 else 8,
            "latitude": 10.0 + number % 3 if number % 4 else 30.0,
            "longitude": 77.0,
        }
        for number in range(40)
        for view in range(2)
    ]
    return pd.DataFrame(rows)


def test_a_home_is_the_middle_of_the_training_panoramas_in_the_commonest_cell():
    frame = manifest()
    (asha,) = residents(frame).values()
    mine = frame[(split(frame) == "train") & (frame["uploader"] == "Asha")]
    mine = mine.drop_duplicates("panorama")
    at_home = mine[mine["cell"] == 3]
    assert (asha.name, asha.cell) == ("Asha", 3)
    assert asha.panoramas == len(mine)
    assert asha.share == pytest.approx(len(at_home) / len(mine))
    assert asha.place == pytest.approx((np.mean(at_home["latitude"]), 77.0), abs=0.01)
    assert asha.well_known


def test_whoever_is_met_seldom_or_mostly_travels_promises_nothing():
    frame = manifest()
    few = frame[frame["panorama"].isin([f"p{number}" for number in (1, 2, 3)])]
    assert not any(one.well_known for one in residents(few).values())
    frame["cell"] = [row // 2 % 5 for row in range(len(frame))]
    assert not residents(frame)["Asha"].well_known
