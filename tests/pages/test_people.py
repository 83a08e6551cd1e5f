import streamlit as st

from geoloc_core.geography.grid import article_grid, square_grid
from pages.common.people import load_people


def test_people_live_in_cells_of_the_grid_of_the_network_that_reads_names(monkeypatch):
    of_grid = {}
    for grid in (article_grid(), square_grid(6)):
        monkeypatch.setattr("geoloc_core.models.model_grid._grid_in_file", lambda _, g=grid: g)
        st.cache_resource.clear()
        people = load_people().values()
        at_home = [grid.cell_of(*person.place) == person.cell for person in people]
        assert sum(at_home) > 0.95 * len(at_home)  # the middle of a bay may lie outside
        of_grid[len(grid)] = {person.cell for person in people}
    st.cache_resource.clear()
    assert max(of_grid[58]) > max(of_grid[19])
