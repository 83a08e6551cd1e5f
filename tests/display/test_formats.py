import pytest

from geoloc_core.display.formats import count, kilometres, percent


@pytest.mark.parametrize(
    ("share", "words"),
    [(0.4321, "43 %"), (0.0996, "10.0 %"), (0.006, "0.6 %"), (0.0002, "under 0.1 %"), (1, "100 %")],
)
def test_a_small_share_is_told_to_the_tenth(share, words):
    assert percent(share) == words


@pytest.mark.parametrize(
    ("share", "words"), [(0.4321, "43.2 %"), (0.0002, "0.0 %"), (1, "100.0 %")]
)
def test_shares_of_one_table_have_the_decimals_that_it_asks_for(share, words):
    assert percent(share, decimals=1) == words


def test_distances_and_counts_are_whole_with_their_thousands_apart():
    assert kilometres(1234.5678) == "1,235 km"
    assert count(38275.07) == "38,275"
