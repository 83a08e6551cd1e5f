"""What signs do to a prediction: Bayes' rule, within bounds, and no promise broken."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from geoloc_core.geography.estimators import estimate_points
from geoloc_core.geography.grid import article_grid
from geoloc_core.models.predictor import Prediction, combined
from geoloc_core.signs.place_words import place_names_in
from geoloc_core.signs.read import Sign
from geoloc_core.signs.scripts import SCRIPTS, told_shares
from geoloc_core.signs.weigh import (
    MOST_LATIN_NATS,
    MOST_NAME_NATS,
    MOST_NATS,
    REPEATED,
    signs_log_likelihood,
    with_signs,
)

BOX = ((0.4, 0.4), (0.5, 0.41), (0.5, 0.45), (0.4, 0.44))
GRID = article_grid()


def sign(script: str, confidence: float = 0.95, words: str = "") -> Sign:
    return Sign(BOX, script, confidence, words, place_names_in(words))


def prediction(seed: int = 0) -> Prediction:
    logits = np.random.default_rng(seed).normal(0, 1, (1, len(GRID))).astype(np.float32)
    return combined(
        logits,
        np.zeros((1, len(GRID), 2, 2), np.float32),
        np.zeros(1, np.float32),
        model="made",
        mask="crop",
        trained_mask="crop",
        grid=GRID,
        temperature=1.0,
        conformal=(0.9, 0.9, 0.9, 0.9),
        novelty_threshold=1.0,
    )


def test_a_script_raises_the_cells_where_it_is_written() -> None:
    chennai, leh = GRID.cell_of(12.9, 79.9), GRID.cell_of(34.1, 77.6)
    said = signs_log_likelihood([sign("Tamil")], GRID)
    assert said.shape == (len(GRID),)
    assert said.max() == 0
    assert said[chennai] - said[leh] > 3


@pytest.mark.parametrize("script", SCRIPTS)
def test_one_sign_is_bounded_and_follows_the_shares(script: str) -> None:
    said = signs_log_likelihood([sign(script, 1.0)], GRID)
    most = MOST_LATIN_NATS if script == "Latin" else MOST_NATS
    assert -most <= said.min()
    order = np.argsort(told_shares(GRID)[SCRIPTS.index(script)])
    assert (np.diff(said[order]) >= -1e-12).all()


def test_an_unsure_sign_says_less() -> None:
    spans = [np.ptp(signs_log_likelihood([sign("Odia", c)], GRID)) for c in (0.3, 0.6, 0.99)]
    assert spans == sorted(spans)
    assert signs_log_likelihood([sign("Odia", 0.0)], GRID) == pytest.approx(0.0)


def test_many_signs_of_one_script_count_once_and_a_half() -> None:
    one = signs_log_likelihood([sign("Telugu")], GRID)
    for count in (2, 3, 20):
        many = signs_log_likelihood([sign("Telugu")] * count, GRID)
        np.testing.assert_allclose(many, REPEATED * one)


def test_signs_of_two_scripts_both_count_in_any_order() -> None:
    both = [sign("Kannada"), sign("Urdu", 0.85), sign("Latin", 0.9)]
    said = signs_log_likelihood(both, GRID)
    alone = sum(signs_log_likelihood([each], GRID) for each in both)
    np.testing.assert_allclose(said, alone - np.max(alone))
    np.testing.assert_allclose(signs_log_likelihood(both[::-1], GRID), said)


def test_a_name_weighs_much_but_never_decides() -> None:
    named = signs_log_likelihood([sign("Latin", words="TUMKUR 5 km")], GRID)
    bare = signs_log_likelihood([sign("Latin")], GRID)
    name = named - bare
    name -= name.max()
    assert -MOST_NAME_NATS - MOST_LATIN_NATS <= name.min() < -2
    assert name[GRID.cell_of(13.34, 77.10)] > -1
    again = signs_log_likelihood([sign("Latin", words="TUMKUR"), sign("Latin")], GRID)
    assert np.ptp(again) <= MOST_NAME_NATS + REPEATED * MOST_LATIN_NATS + 1e-9


def test_bayes_rule_and_all_that_follows_from_the_probabilities() -> None:
    before, signs = prediction(), [sign("Tamil"), sign("Latin")]
    after = with_signs(before, signs)
    slow = before.probabilities * np.exp(signs_log_likelihood(signs, GRID))
    np.testing.assert_allclose(after.probabilities, slow / slow.sum())
    assert after.points == estimate_points(GRID.centroids, after.probabilities)
    held = after.probabilities[list(after.fewest_cells)]
    assert (np.diff(held) <= 0).all()
    assert after.evidence is before.evidence
    assert (after.model, after.mask, after.novelty) == (before.model, before.mask, before.novelty)


def test_the_set_holds_what_it_promised_to_hold() -> None:
    for seed in range(5):
        before = prediction(seed)
        after = with_signs(before, [sign("Malayalam")])
        assert set(before.fewest_cells) <= set(after.fewest_cells)
        assert len(set(after.fewest_cells)) == len(after.fewest_cells)
        old = before.probabilities[list(before.fewest_cells)].sum()
        assert after.probabilities[list(after.fewest_cells)].sum() >= old - 1e-12


def test_no_sign_moves_nothing() -> None:
    before = prediction()
    assert with_signs(before, []) is before
    np.testing.assert_array_equal(signs_log_likelihood([], GRID), np.zeros(len(GRID)))


def test_a_certain_prediction_stays_one() -> None:
    certain = np.zeros(len(GRID))
    certain[7] = 1.0
    before = replace(prediction(), probabilities=certain, fewest_cells=(7,))
    after = with_signs(before, [sign("Gurmukhi"), sign("Gurmukhi")])
    assert np.isfinite(after.probabilities).all()
    assert after.predicted_cell == 7
