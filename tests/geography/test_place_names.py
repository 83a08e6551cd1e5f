"""Places that one can look up on a map."""

from __future__ import annotations

import re

import pytest
import shapely

from geoloc_core.geography.grid import Grid, article_grid, square_grid
from geoloc_core.geography.place_names import (
    REGIONS,
    _places,
    _states_of_cells,
    cell_names,
    cell_regions,
    place_name,
)
from geoloc_core.paths import ASSETS

REGIONS_STATES = {state for states in REGIONS.values() for state in states}


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


def test_the_articles_cells_have_58_different_short_names_in_order():
    names = cell_names(article_grid())
    assert len(names) == len(set(names)) == 58
    assert max(map(len, names)) <= 24
    with (ASSETS / "geo" / "cell_names.csv").open(encoding="utf-8") as file:
        assert [line.split(",")[0] for line in file][1:] == [str(cell) for cell in range(58)]


@pytest.mark.parametrize(
    ("latitude", "longitude", "name", "region"),
    [
        (26.9, 70.9, "Jaisalmer", "West"),
        (24.6, 73.7, "Mewar and North Gujarat", "West"),
        (19.1, 72.9, "Konkan and Pune", "West"),
        (28.6, 77.2, "Delhi and Agra", "North"),
        (13.1, 77.6, "Bengaluru and Vellore", "South"),
        (22.6, 88.3, "Kolkata and Balasore", "East"),
        (26.2, 91.7, "Lower Assam", "North-East"),
        (34.2, 77.6, "Ladakh and Spiti", "Himalaya"),
        (23.3, 77.4, "Bhopal and Bundelkhand", "Centre"),
    ],
)
def test_a_cell_of_the_article_has_a_name_that_people_use(latitude, longitude, name, region):
    cell = article_grid().cell_of(latitude, longitude)
    assert cell_names(article_grid())[cell] == name
    assert cell_regions(article_grid())[cell] == region


def test_the_towns_and_states_in_a_cells_name_lie_in_it():
    grid, places = article_grid(), _places()
    town_of = grid.cells_of(places.town_points)
    towns = {name: set() for name in places.town_names}
    for name, cell in zip(places.town_names, town_of.tolist(), strict=True):
        towns[name].add(cell)
    checked = set()
    for cell, name in enumerate(cell_names(grid)):
        nodes = _states_of_cells(grid)[cell]
        for part in name.split(" and "):
            if part in towns:
                assert cell in towns[part], name
                checked.add(part)
        for state in REGIONS_STATES:
            if re.search(rf"\b{state}\b", name):
                assert nodes[state] or set(nodes) == {""}, name
                checked.add(state)
    assert len(checked) > 40


def test_another_grids_cell_is_named_by_its_states_and_best_known_town():
    lakes = Grid("square-1", (article_grid().cells[6],))
    border = Grid("square-1", (shapely.box(77.0, 28.0, 78.0, 29.0),))
    assert cell_names(lakes) == ("Rajasthan / Gujarat, around Udaipur",)
    assert cell_names(border)[0].endswith(" / Delhi, around Delhi")


def test_a_cell_without_a_town_is_named_by_its_middle_and_no_landmark():
    desert = Grid("square-0.1", (shapely.box(70.0, 26.0, 70.02, 26.02),))
    snow = Grid("square-0.5", (shapely.box(79.0, 35.0, 79.5, 35.5),))
    ice = Grid("square-0.5", (shapely.box(75.0, 35.8, 75.5, 36.4),))
    assert cell_names(desert) == ("Rajasthan, 26.0° N 70.0° E",)
    assert cell_names(snow) == ("Ladakh, 35.2° N 79.2° E",)
    assert cell_names(ice) == ("Himalaya, 36.1° N 75.2° E",)
    assert cell_regions(snow) == ("Himalaya",)


def test_no_cell_is_named_by_a_town_beyond_the_administered_area():
    names = " ".join(cell_names(square_grid(0.7)) + cell_names(article_grid()))
    beyond = {"Gilgit", "Skardu", "Muzaffarabad", "New Mirpur City", "Kotli", "Samdrup Jongkhar"}
    assert not [town for town in beyond if town in names]
    assert " km " not in names


def test_islands_are_a_region():
    andaman = Grid("square-1", (shapely.box(92.5, 11.5, 93.0, 13.0),))
    assert cell_regions(andaman) == ("Islands",)


def test_any_grid_has_names_and_regions():
    grid = square_grid(2.0)
    assert all(cell_names(grid))
    assert set(cell_regions(grid)) <= set(REGIONS)
