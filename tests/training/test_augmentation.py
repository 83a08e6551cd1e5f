from __future__ import annotations

import numpy as np
import pytest

from geoloc_core.images.credit_line import mask_box, without_name, write_name
from geoloc_core.images.preprocess import apply_mask, preprocess
from geoloc_core.training.augmentation import (
    augment,
    close_crop,
    colour_jitter,
    randomise_name,
    row_shape,
    show_plain,
    strip_shape,
)
from geoloc_core.training.recipe import Stage

ROW = Stage("row", 240, 1, 1e-3)
STRIP = Stage("strip", 240, 1, 1e-3)
WHOLE = Stage("whole", 128, 1, 1e-3)


def marked(width: int = 256, height: int = 256) -> np.ndarray:
    """A black image with the name's box green."""
    pixels = np.zeros((height, width, 3), np.uint8)
    left, top, right, bottom = mask_box("box", height, width)
    pixels[top:bottom, left:right] = (0, 255, 0)
    return pixels


def green(pixels: np.ndarray) -> np.ndarray:
    return (pixels[..., 1].astype(int) - pixels[..., 0]) > 100


@pytest.mark.parametrize("stage", [ROW, STRIP, WHOLE])
@pytest.mark.parametrize("mask", ["crop", "box"])
def test_no_name_is_ever_seen_when_it_is_hidden(stage: Stage, mask: str) -> None:
    for seed in range(50):
        random = np.random.default_rng(seed)
        assert not green(augment(marked(), random, stage=stage, mask=mask)).any()
        assert not green(show_plain(marked(), random, stage=stage, mask=mask)).any()


@pytest.mark.parametrize("stage", [ROW, STRIP, WHOLE])
def test_the_name_stays_inside_when_it_is_to_be_seen(stage: Stage) -> None:
    """The letters' outermost pixels stay: a dot at each end of a long name's place."""
    dots = np.zeros((256, 256, 3), np.uint8)
    for x in (103, 249):
        dots[245:251, x : x + 4] = (0, 255, 0)
    for seed in range(50):
        shown = augment(dots, np.random.default_rng(seed), stage=stage, mask="none")
        columns = np.flatnonzero((shown[..., 1].astype(int) - shown[..., 0] > 40).any(axis=0))
        assert columns.min() < shown.shape[1] / 2 < columns.max()


def test_a_random_name_says_nothing_of_whose_image_it_is() -> None:
    """Whatever name is in the image, what is shown is the same: the old one leaves no trace."""
    scene = np.random.default_rng(0).integers(0, 256, (256, 256, 3)).astype(np.uint8)
    names = ("Ajay K", "Lobsang Dorje", "Subarna Pattanayak")
    bare = without_name(scene)
    wanted = [bare, apply_mask(bare, "box"), *(write_name(bare, name) for name in names)]
    counts = np.zeros(len(wanted), int)
    for seed in range(300):
        shown = [
            randomise_name(write_name(scene, name), names, np.random.default_rng(seed))
            for name in names[:2]
        ]
        assert (shown[0] == shown[1]).all()
        counts += [(shown[0] == each).all() for each in wanted]
    assert counts.sum() == 300
    assert counts[:2] == pytest.approx(100, abs=25), "no credit line, a box"
    assert counts[2:] == pytest.approx(100 / 3, abs=17), "each name as often"


def test_names_are_randomised_in_training_where_names_are_given() -> None:
    image = write_name(np.full((256, 256, 3), 90, np.uint8), "Ajay K")
    stage = Stage("whole", 256, 1, 1e-3)
    as_it_is = augment(image, np.random.default_rng(1), stage=stage, mask="none")
    other = augment(image, np.random.default_rng(1), stage=stage, mask="none", names=("Bo",))
    assert as_it_is.shape == other.shape
    assert (as_it_is != other).any()


def test_without_cuts_every_corner_is_seen_each_time() -> None:
    image = np.full((256, 256, 3), 90, np.uint8)
    image[:24, :24] = 250  # a mark that a cut would take away
    uncut, cut = (Stage("whole", 256, 1, 1e-3, cuts=cuts) for cuts in (False, True))
    seen = []
    for stage in (uncut, cut):
        shown = (
            augment(image, np.random.default_rng(seed), stage=stage, mask="crop")
            for seed in range(40)
        )
        seen.append(
            [int(each[:20, :20].mean()) > int(each[100:, 100:].mean()) + 60 for each in shown]
        )
    assert all(seen[0])
    assert sum(seen[1]) < 20


def test_shapes() -> None:
    random = np.random.default_rng(0)
    assert row_shape(240) == (40, 144)
    assert strip_shape(240) == (80, 240)
    for mask in ("none", "crop", "box"):
        assert augment(marked(), random, stage=ROW, mask=mask).shape == (40, 144, 3)
        assert augment(marked(), random, stage=STRIP, mask=mask).shape == (80, 240, 3)
        assert show_plain(marked(), random, stage=STRIP, mask=mask).shape == (80, 240, 3)
        assert augment(marked(400, 300), random, stage=WHOLE, mask=mask).shape == (128, 128, 3)
        assert augment(marked(40, 30), random, stage=ROW, mask=mask).shape == (40, 144, 3)


def test_a_strip_is_the_lowest_third_at_the_scale_of_the_whole_image() -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (240, 240, 3), dtype=np.uint8)
    shown = show_plain(pixels, np.random.default_rng(0), stage=STRIP, mask="none")
    assert np.array_equal(shown, pixels[160:])


def test_never_mirrored() -> None:
    """An image dark at the left and light at the right stays so."""
    ramp = np.repeat(np.linspace(0, 255, 256)[None, :, None], 256, axis=0).repeat(3, axis=2)
    for seed in range(50):
        for mask in ("none", "crop"):
            random = np.random.default_rng(seed)
            shown = augment(ramp.astype(np.uint8), random, stage=WHOLE, mask=mask)
            assert shown[:60, :40].mean() + 40 < shown[:60, -40:].mean()


def test_plain_whole_images_are_framed_as_for_prediction() -> None:
    pixels = write_name(np.full((300, 500, 3), 90, np.uint8), "A. Person")
    for mask in ("none", "crop", "box"):
        shown = show_plain(pixels, np.random.default_rng(0), stage=WHOLE, mask=mask)
        assert np.array_equal(shown, preprocess(pixels, mask, 128))


def test_scene_crops_come_from_all_over_the_scene() -> None:
    heights = np.repeat(np.arange(256, dtype=np.uint8)[:, None, None], 256, axis=1).repeat(3, 2)
    means = [
        close_crop(heights, "crop", 240, np.random.default_rng(seed)).mean() for seed in range(100)
    ]
    assert min(means) < 50
    assert max(means) > 190


def test_colours_change_a_little_and_differently_each_time() -> None:
    grey = np.full((8, 8, 3), 128, np.uint8)
    tints = np.array([colour_jitter(grey, np.random.default_rng(s))[0, 0] for s in range(200)])
    assert np.abs(tints.mean(axis=0) - 128).max() < 8
    assert (tints.std(axis=0) > 5).all()
    assert np.abs(tints.astype(int) - 128).max() < 64
