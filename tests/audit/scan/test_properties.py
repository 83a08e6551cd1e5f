"""Properties put from one image into another, against their formulas."""

from __future__ import annotations

import io

import cv2
import numpy as np
import pytest
from PIL import Image

from geoloc_core.audit.scan.probes import WHOLE, first_probes
from geoloc_core.audit.scan.properties import (
    GRAIN,
    MOST_STRETCH,
    Shown,
    Signature,
    grain,
    jpeg,
    palette,
    size,
    tables_of,
    vignette,
    white_balance,
)
from geoloc_core.audit.scan.signatures import nothing


def scene(seed: int, height: int = 64, width: int = 64) -> np.ndarray:
    random = np.random.default_rng(seed)
    coarse = random.uniform(60, 180, (8, 8, 3)).astype(np.float32)
    smooth = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    return (smooth + random.normal(0, 4, smooth.shape)).clip(0, 255).astype(np.uint8)


def shown(pixels: np.ndarray, signature: Signature | None = None, tables=None) -> Shown:
    return Shown(pixels, signature or nothing(), tables)


def test_the_palette_has_the_donors_means_and_contrasts() -> None:
    image, donor = scene(1), (0.5 * scene(2) + 60).astype(np.uint8)
    made = palette(shown(image), shown(donor)).astype(float)
    np.testing.assert_allclose(made.mean(axis=(0, 1)), donor.mean(axis=(0, 1)), atol=1.5)
    np.testing.assert_allclose(made.std(axis=(0, 1)), donor.std(axis=(0, 1)), atol=2)


def test_the_palette_is_reinhards_formula_and_stretches_no_noise() -> None:
    image, donor = scene(1).astype(float), scene(2).astype(float)
    image[..., 2] = 100 + image[..., 2] / 100  # next to flat: of this no more than MOST_STRETCH
    image = np.rint(image)
    made = palette(shown(image.astype(np.uint8)), shown(donor.astype(np.uint8)))
    for channel in range(3):
        ours, theirs = image[..., channel], donor[..., channel]
        stretch = min((theirs.std() + 1) / (ours.std() + 1), MOST_STRETCH)
        expected = (ours - ours.mean()) * stretch + theirs.mean()
        assert (stretch == MOST_STRETCH) == (channel == 2)
        np.testing.assert_allclose(made[..., channel], expected.clip(0, 255), atol=0.501)


def test_white_balance_takes_off_its_own_and_puts_on_the_donors() -> None:
    own, theirs = np.log([1.1, 1.0, 0.9]), np.log([0.8, 1.0, 1.2])
    image = scene(1)
    made = white_balance(
        shown(image, Signature(own, nothing().field)),
        shown(scene(2), Signature(theirs, nothing().field)),
    )
    expected = image * np.exp(theirs - own)
    np.testing.assert_allclose(made, expected.clip(0, 255), atol=0.51)


def test_a_vignette_divides_by_its_own_field_and_multiplies_by_the_donors() -> None:
    field = np.zeros((32, 32))
    field[:16, :16] = -0.5
    marked, plain = Signature(np.zeros(3), field), nothing()
    image = scene(1)
    dark = vignette(shown(image, plain), shown(scene(2), marked)).astype(float)
    assert dark[4:24, 4:24].mean() == pytest.approx(
        image[4:24, 4:24].mean() * np.exp(-0.5), rel=0.02
    )
    assert (np.abs(dark[40:, 40:] - image[40:, 40:]) <= 1).all()
    again = vignette(shown(dark.astype(np.uint8), marked), shown(scene(2), plain)).astype(float)
    assert np.abs(again - image)[4:24, 4:24].mean() < 2


def test_an_even_field_multiplies_every_pixel_alike() -> None:
    even = Signature(np.zeros(3), np.full((32, 32), 0.3))
    image = scene(1, 40, 90)
    expected = (image * np.exp(0.3)).clip(0, 255)
    np.testing.assert_allclose(vignette(shown(image), shown(image, even)), expected, atol=0.501)
    same = vignette(shown(image, even), shown(scene(2), even))
    assert (same == image).all()


def test_grain_is_the_donors_and_the_rest_stays() -> None:
    image, donor = scene(1), scene(2)
    made = grain(shown(image), shown(donor)).astype(float)
    blurred = [cv2.GaussianBlur(of.astype(float), (0, 0), GRAIN * 64) for of in (image, donor)]
    expected = blurred[0] + donor - blurred[1]
    assert np.abs(made - expected).mean() < 1
    assert grain(shown(image), shown(scene(3, 20, 30))).shape == image.shape


def test_jpeg_has_the_donors_tables() -> None:
    file = io.BytesIO()
    Image.fromarray(scene(2)).save(file, "JPEG", quality=15)
    tables = tables_of(file.getvalue())
    made = jpeg(shown(scene(1)), shown(scene(2), tables=tables))
    expected = io.BytesIO()
    Image.fromarray(scene(1)).save(expected, "JPEG", quality=15)
    assert (made == np.asarray(Image.open(expected).convert("RGB"))).all()
    assert (made != scene(1)).any()
    assert (jpeg(shown(scene(1)), shown(scene(2))) == scene(1)).all()
    assert tables_of(b"no image") is None
    png = cv2.imencode(".png", scene(1))[1].tobytes()
    assert tables_of(png) is None


def test_size_is_the_donors() -> None:
    assert size(shown(scene(1)), shown(scene(2, 40, 90))).shape == (40, 90, 3)
    image = scene(1)
    assert size(shown(image), shown(scene(2))) is image


def test_probes_that_would_change_nothing_are_left_out() -> None:
    every = {probe.name for probe in first_probes(jpegs=True, sizes=True)}
    some = {probe.name for probe in first_probes(jpegs=False, sizes=False)}
    assert every - some == {"JPEG quantisation", "image size"}
    assert WHOLE in some
    image, donor = shown(scene(1)), shown(scene(2))
    for probe in first_probes(jpegs=False, sizes=False):
        made = probe.apply(image, donor)
        assert made.shape == image.pixels.shape
        assert made.dtype == np.uint8
        assert (image.pixels == scene(1)).all()
