"""What the Leakage page says of its samples, asserted with the shipped weights."""

import pytest

from geoloc_core.audit.residents import residents
from geoloc_core.audit.tour import (
    Tour,
    follows_name,
    gains_by_views,
    read_tour,
    tell_story,
    write_tour,
)
from geoloc_core.data.samples import read_samples
from geoloc_core.data.shipped import shipped_manifest
from geoloc_core.data.subject import sample_subject
from geoloc_core.display.heatmap import credit_line_share
from geoloc_core.models.predictor import Predictor

TOUR = read_tour()


@pytest.fixture(scope="module")
def networks():
    return Predictor("unmasked"), Predictor("masked")


@pytest.fixture(scope="module")
def subjects():
    assert TOUR is not None
    return {
        sample.panorama: sample_subject(sample)
        for sample in read_samples()
        if sample.panorama in (TOUR.story, TOUR.views)
    }


def test_steps_1_to_3_hold_for_their_sample(networks, subjects):
    reader, _ = networks
    subject = subjects[TOUR.story]
    whole = reader.predict([subject.views[0]], "none")
    share = credit_line_share(whole, int(whole.probabilities.argmax()))
    told = tell_story(*networks, subject.views[0], subject.place, share)
    assert told == dict.fromkeys(told, True)


def test_step_4_holds_for_each_of_its_names(networks, subjects):
    people = residents(shipped_manifest())
    flown = [
        follows_name(*networks, subjects[TOUR.story].views[0], people[name]) for name in TOUR.names
    ]
    assert len(flown) == 6
    assert all(km is not None and km > 100 for km in flown)
    assert flown == sorted(flown, reverse=True)


def test_step_5_holds_for_its_sample(networks, subjects):
    subject = subjects[TOUR.views]
    gain = gains_by_views(networks[1], subject.views, subject.place)
    assert gain is not None
    assert gain > 2


def test_picks_are_read_as_they_were_written_and_damaged_ones_not_at_all(tmp_path):
    tour = Tour("a", "b", ("Asha", "Omar"))
    write_tour(tour, tmp_path / "tour.json")
    assert read_tour(tmp_path / "tour.json") == tour
    for text in ("", "{", "{}", "[]", '{"story": 1}'):
        (tmp_path / "damaged.json").write_text(text)
        assert read_tour(tmp_path / "damaged.json") is None
    assert read_tour(tmp_path / "none.json") is None
