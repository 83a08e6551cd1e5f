from __future__ import annotations

import numpy as np

from simulated_streets.renderer.canvas import draw, strokes


def _draw(*parts, pixels=100):
    return draw(list(parts), 1.0, np.random.default_rng(0), pixels=pixels)


def test_round_branch_has_its_width_and_the_normals_of_a_cylinder():
    branch = strokes((0.0, -0.5, 0.0), (0.0, 1.5, 0.0), 0.1, (0.2, 0.2, 0.2))
    picture = _draw(branch)
    row = picture.alpha[50]
    np.testing.assert_allclose(row.sum(), 20.0, atol=1.0)  # 2 x 0.1 of 100 pixels
    inside = np.flatnonzero(row > 0.99)
    across = (inside + 0.5 - 50.0) / 10.0
    np.testing.assert_allclose(picture.normal[50, inside, 0], across, atol=0.06)
    np.testing.assert_allclose(picture.normal[50, inside, 2], np.sqrt(1 - across**2), atol=0.12)


def test_the_nearer_stroke_hides_the_farther_whatever_their_order():
    near = strokes((-0.3, 0.5, 0.2), (0.3, 0.5, 0.2), 0.05, (0.5, 0.0, 0.0))
    far = strokes((0.0, 0.2, -0.2), (0.0, 0.8, -0.2), 0.05, (0.0, 0.5, 0.0))
    for parts in ((near, far), (far, near)):
        red, green, _ = _draw(*parts).albedo[50, 50]
        assert red > 0.2
        assert green < 0.05


def test_a_leaf_keeps_its_normal_and_tapers_to_both_ends():
    leaf = strokes((-0.4, 0.5, 0), (0.4, 0.5, 0), 0.1, (0.1, 0.2, 0.1), normal=(0.0, 3.0, 4.0))
    picture = _draw(leaf)
    np.testing.assert_allclose(picture.normal[50, 50], (0.0, 0.6, 0.8), atol=1e-5)
    widths = (picture.alpha > 0.5).sum(axis=0)
    assert widths[50] > 1.5 * widths[14] > 0
    assert widths[5] == 0


def test_leaves_under_a_crown_see_less_sky_than_those_on_top():
    rng = np.random.default_rng(1)
    place = rng.uniform((-0.3, 0.3, -0.3), (0.3, 0.9, 0.3), (4000, 3))
    leaves = strokes(
        place, place + np.array([0.03, 0.0, 0.0]), 0.01, (0.1, 0.2, 0.1), normal=(0, 0, 1)
    )
    picture = draw([leaves], 1.0, rng, pixels=100)
    top, bottom = picture.occlusion[12:18, 30:70], picture.occlusion[62:68, 30:70]
    assert top.mean() > 1.5 * bottom.mean()
