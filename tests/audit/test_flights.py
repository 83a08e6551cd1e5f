from __future__ import annotations

import numpy as np
import pytest

from geoloc_core.audit.flights import (
    FLIGHTS,
    Flight,
    fly,
    holds,
    read_flights,
    write_flights,
)
from geoloc_core.audit.residents import Resident, residents
from geoloc_core.data.samples import read_samples
from geoloc_core.data.shipped import shipped_manifest
from geoloc_core.geography.sphere import haversine_km
from geoloc_core.images.credit_line import with_name

DELHI, MUMBAI, KOLKATA = (28.61, 77.21), (19.08, 72.88), (22.57, 88.36)
BLACK = np.zeros((64, 64, 3), np.uint8)
OMAR = Resident("Omar", 46, KOLKATA, panoramas=9, share=1.0)


def test_a_flight_goes_from_the_point_under_the_real_name_to_that_under_the_other():
    renamed = with_name(BLACK, "Omar")
    found = fly(BLACK, OMAR, lambda photo: KOLKATA if (photo == renamed).all() else MUMBAI)
    assert found == Flight("Omar", 46, KOLKATA, MUMBAI, KOLKATA)
    assert found.kilometres == float(haversine_km(MUMBAI, KOLKATA))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (MUMBAI, KOLKATA, True),
        (DELHI, KOLKATA, False),  # it does not know the place by the real name
        (MUMBAI, MUMBAI, False),  # its point stays
        (MUMBAI, DELHI, False),  # its point goes elsewhere than home
    ],
)
def test_a_flight_holds_where_all_that_is_said_of_it_does(before, after, expected):
    assert holds(Flight("Omar", 46, KOLKATA, before, after), MUMBAI) is expected


def test_room_to_spare_is_asked_of_every_distance():
    flight = Flight("Omar", 46, (24.0, 88.36), (20.0, 72.88), KOLKATA)  # 102 and 159 km off
    assert holds(flight, MUMBAI, 190)
    assert not holds(flight, MUMBAI, 210)


def test_the_names_that_work_are_kept_and_a_file_that_cannot_be_read_has_none(tmp_path):
    names = {"s1": ("Asha", "Omar"), "s2": ("Leela",)}
    write_flights(names, tmp_path / "flights.json")
    assert read_flights(tmp_path / "flights.json") == names
    assert read_flights(tmp_path / "none.json") == {}
    for text in ("", "[1]", '{"a": 1}'):
        (tmp_path / "damaged.json").write_text(text)
        assert read_flights(tmp_path / "damaged.json") == {}


def test_every_game_finds_a_name_that_ships():
    names, people = read_flights(FLIGHTS), residents(shipped_manifest())
    samples = {sample.panorama: sample for sample in read_samples()}
    assert len(names) > 4  # four rounds may have taken a sample each
    for panorama, those in names.items():
        assert panorama in samples
        assert all(people[name].well_known for name in those)
        assert samples[panorama].uploader not in those
