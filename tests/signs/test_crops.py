"""Lines cut out of photos: upright, in one tone, in windows."""

from __future__ import annotations

import cv2
import numpy as np

from geoloc_core.signs.crops import HEIGHT, WIDTH, WINDOWS, tone, upright, windows
from tests.signs.inks import ink


def test_a_line_is_brought_upright() -> None:
    letters = np.repeat((255 * ink("Tamil", 40))[..., None], 3, axis=2).astype(np.uint8)
    rows, columns = letters.shape[:2]
    corners = np.array([[60, 50], [330, 80], [326, 120], [55, 91]], np.float32)
    flat = np.array([[0, 0], [columns, 0], [columns, rows], [0, rows]], np.float32)
    photo = cv2.warpPerspective(letters, cv2.getPerspectiveTransform(flat, corners), (400, 200))
    cut = upright(photo, corners)
    assert abs(cut.shape[0] - 41) <= 1
    assert abs(cut.shape[1] - 271) <= 1
    again = cv2.resize(cut, (columns, rows)).astype(float)
    assert np.corrcoef(again.ravel(), letters.ravel().astype(float))[0, 1] > 0.9


def test_red_on_green_of_one_brightness_is_seen() -> None:
    letters = ink("Latin", 32) > 0.5
    crop = np.where(letters[..., None], (200, 60, 90), (40, 142, 90)).astype(np.uint8)
    told = tone(crop)
    apart = abs(told[letters].mean() - told[~letters].mean())
    assert apart > 100
    assert told[letters].std() < 1


def test_a_long_line_has_windows_up_to_its_ends_and_a_short_one_stands_in_the_middle() -> None:
    line = np.tile(np.arange(900, dtype=np.float32), (HEIGHT, 1))
    cut = windows(line)
    assert cut.shape == (WINDOWS, HEIGHT, WIDTH)
    np.testing.assert_allclose(cut.mean(axis=(1, 2)), 0, atol=1e-4)
    np.testing.assert_allclose(cut.std(axis=(1, 2)), 1, atol=1e-4)
    short = windows(ink("Urdu", 64) * 200)
    assert short.shape == (1, HEIGHT, WIDTH)
    assert np.ptp(short[0, :, :20]) == 0
    assert windows(np.zeros((5, 3), np.float32)).shape == (1, HEIGHT, WIDTH)
    assert windows(np.zeros((1, 999), np.float32)).shape == (WINDOWS, HEIGHT, WIDTH)
