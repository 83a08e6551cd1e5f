from __future__ import annotations

import numpy as np
import pytest

from simulated_streets.renderer.plants import BROAD, BUSHES
from simulated_streets.renderer.sprites import KINDS, aspect, sprite

PLANTS = sorted({*BROAD, *BUSHES, "coconut", "areca", "palmyra", "date_palm", "pine", "deodar",
                 "banana", "bamboo", "grass_clump", "reed", "fern", "cactus"})  # fmt: skip


@pytest.mark.parametrize("kind", sorted(k for k in KINDS if not k.endswith("_line")))
def test_every_kind_is_a_whole_sprite(kind):
    picture = sprite(f"{kind}/0")
    tall, wide = picture.alpha.shape
    assert picture.albedo.shape == picture.normal.shape == (tall, wide, 3)
    assert picture.occlusion.shape == (tall, wide)
    np.testing.assert_allclose(wide / tall, aspect(f"{kind}/0"), rtol=0.12)
    np.testing.assert_allclose(np.linalg.norm(picture.normal, axis=2), 1.0, atol=1e-3)
    for layer in (picture.albedo, picture.alpha, picture.occlusion):
        assert layer.dtype == np.float32
        assert layer.min() >= 0.0
        assert layer.max() <= 1.0 + 1e-6
    assert picture.alpha.max() > 0.5


@pytest.mark.parametrize("kind", PLANTS)
def test_foliage_reflects_like_leaves_and_has_a_ragged_edge(kind):
    picture = sprite(f"{kind}/1")
    seen = picture.alpha > 0.9
    mean = picture.albedo[seen].mean(axis=0)
    assert 0.02 < mean[1] < 0.35
    assert mean[1] > mean[2]  # no plant is blue
    filled = seen.mean()
    edge = (np.abs(np.diff(picture.alpha, axis=0)) > 0.3).mean()
    assert edge > 0.02 * filled


@pytest.mark.parametrize("key", ["mango/2", "coconut/0", "brick_house/1", "sari/0", "neem_line/0"])
def test_a_key_always_draws_the_same(key):
    first = sprite(key)
    sprite.cache_clear()
    again = sprite(key)
    np.testing.assert_array_equal(first.albedo, again.albedo)
    np.testing.assert_array_equal(first.alpha, again.alpha)


def test_variants_differ():
    assert np.abs(sprite("neem/0").alpha - sprite("neem/1").alpha).mean() > 0.05


def test_the_left_side_mirrors_the_right():
    side, left = sprite("car_side/0"), sprite("car_left/0")
    assert np.abs(side.alpha - left.alpha[:, ::-1]).mean() < 0.02
    assert np.abs(side.alpha - left.alpha).mean() > 0.02


def test_an_unknown_kind_is_refused():
    with pytest.raises(KeyError):
        sprite("unheard_of/0")
