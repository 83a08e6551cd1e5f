"""Places that one can look up on a map."""

from __future__ import annotations

import pytest
import shapely

from geoloc_core.geography.grid import Grid, article_grid, square_grid
from geoloc_core.geography.places import REGIONS, cell_names, cell_regions, place_name


@pytest.mark.parametrize(
    ("latitude", "longitude", "name"),
    [
        (28.61, 77.21, "New Delhi, Delhi"),
        (30.74, 76.78, "Chandigarh"),
        (26.92, 70.90, "Jaisalmer, Rajasthan"),
        (9.98, 76.30, "Ernakulam, Kerala"),
        (34.15, 77.57, "Leh, Ladakh"),
        (27.59, 91.87, "Tawang, Arunachal Pradesh"),
        (12.97, 77.59, "Bengaluru Urban, Karnataka"),
        (27.33, 88.61, "East Sikkim, Sikkim"),
        (10.57, 72.64, "Lakshadweep"),
        (11.62, 92.73, "South Andamans, Andaman and Nicobar Islands"),
        (35.3, 79.5, ""),
        (6.93, 79.85, ""),
        (48.85, 2.35, ""),
    ],
)
def test_a_place_has_the_name_of_its_district_and_state(latitude, longitude, name):
    assert place_name(latitude, longitude) == name


def test_no_point_has_no_name():
    with pytest.raises(ValueError, match="latitude"):
        place_name(float("nan"), 77)


def test_the_articles_cells_have_58_different_names():
    assert len(set(cell_names(article_grid()))) == 58


@pytest.mark.parametrize(
    ("latitude", "longitude", "name", "region"),
    [
        (26.9, 70.9, "Rajasthan, around Jaisalmer", "West"),
        (24.6, 73.7, "Rajasthan / Gujarat, around Udaipur", "West"),
        (19.1, 72.9, "Maharashtra, around Mumbai", "West"),
        (28.6, 77.2, "Uttar Pradesh / Delhi, around Delhi", "North"),
        (13.1, 77.6, "Tamil Nadu / Karnataka, around Bengaluru", "South"),
        (22.6, 88.3, "West Bengal / Odisha, around Kolkata", "East"),
        (26.2, 91.7, "Assam, around Guwahati", "North-East"),
        (34.2, 77.6, "Ladakh, around Leh", "Himalaya"),
        (23.3, 77.4, "Madhya Pradesh, around Bhopal", "Centre"),
    ],
)
def test_a_cell_is_named_by_its_states_and_best_known_town(latitude, longitude, name, region):
    cell = article_grid().cell_of(latitude, longitude)
    assert cell_names(article_grid())[cell] == name
    assert cell_regions(article_grid())[cell] == region


def test_a_cell_without_a_town_is_named_by_the_way_to_it():
    desert = Grid("square-0.1", (shapely.box(70.0, 26.0, 70.02, 26.02),))
    snow = Grid("square-0.5", (shapely.box(79.0, 35.0, 79.5, 35.5),))
    assert cell_names(desert)[0].startswith("Rajasthan, ")
    assert " km " in cell_names(desert)[0]
    assert cell_names(snow)[0].endswith(" km north-east of Leh")
    assert cell_regions(snow) == ("Himalaya",)


def test_islands_are_a_region():
    andaman = Grid("square-1", (shapely.box(92.5, 11.5, 93.0, 13.0),))
    assert cell_regions(andaman) == ("Islands",)


def test_any_grid_has_names_and_regions():
    grid = square_grid(2.0)
    assert all(cell_names(grid))
    assert set(cell_regions(grid)) <= set(REGIONS)
