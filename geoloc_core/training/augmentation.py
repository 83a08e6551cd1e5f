"""What the network sees of an image in training: geometry and colour, never a mirror image.

A horizontal flip would turn the script, the side of the road that traffic keeps to, and the sun's
side. Where the credit line is in the image, the name stays inside whatever is done.
Pixels are (h, w, 3) uint8 RGB.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.random import Generator

from geoloc_core.images.credit_line import Mask, Pixels, mask_box, without_name, write_name
from geoloc_core.images.preprocess import apply_mask, preprocess
from geoloc_core.training.recipe import Stage

ROTATE_DEGREES = 3.0
NAME_MARGIN = 3 / 256  # a name ends at least this far from the right edge
_LUMA = np.array([0.299, 0.587, 0.114])


def augment(
    pixels: Pixels, random: Generator, *, stage: Stage, mask: Mask, names: Sequence[str] = ()
) -> Pixels:
    """Cut, turn and tint an image at random for a stage; `names`: see `randomise_name`.

    Gives (size, size, 3) for whole images, `row_shape(size)` for close crops, `strip_shape(size)`
    for strips.
    """
    if names:
        pixels = randomise_name(pixels, names, random)
    if stage.view == "row":
        return colour_jitter(close_crop(pixels, mask, stage.size, random), random)
    masked = apply_mask(pixels, mask)
    if stage.view == "strip":
        strip = _corner_crop(_bottom(masked), random)
        return colour_jitter(_resized(strip, *strip_shape(stage.size)), random)
    if not stage.cuts:
        return colour_jitter(_resized(masked, stage.size, stage.size), random)
    keep_row = mask != "crop"
    cut = _corner_crop(masked, random) if keep_row else _free_crop(masked, random)
    square = _resized(cut, stage.size, stage.size)
    if random.random() < 0.5:
        square = _rotated(square, 0.8 if keep_row else 0.5, 1.0 if keep_row else 0.5, random)
    return colour_jitter(square, random)


def randomise_name(pixels: Pixels, names: Sequence[str], random: Generator) -> Pixels:
    """Show an image with one of `names`, a box over the name, or no credit line, a third each.

    Whose name it is depends on chance alone: whoever learns from it is told nothing of the place.
    """
    bare = without_name(pixels)
    kind = random.integers(3)
    if kind == 0:
        return write_name(bare, names[int(random.integers(len(names)))])
    return apply_mask(bare, "box") if kind == 1 else bare


def show_plain(pixels: Pixels, random: Generator, *, stage: Stage, mask: Mask) -> Pixels:
    """Show an image as in validation: whole and framed, or a close crop without tint."""
    if stage.view == "row":
        return close_crop(pixels, mask, stage.size, random)
    if stage.view == "strip":
        return _resized(_bottom(apply_mask(pixels, mask)), *strip_shape(stage.size))
    return preprocess(pixels, mask, stage.size)


def row_shape(size: int) -> tuple[int, int]:
    """Height and width of a close crop at the scale of a `size` px image: 40 x 144 for 240."""
    return round(size / 6), round(size * 0.6)


def strip_shape(size: int) -> tuple[int, int]:
    """Height and width of a strip at the scale of a `size` px image: 80 x 240 for 240."""
    return round(size / 3), size


def close_crop(pixels: Pixels, mask: Mask, size: int, random: Generator) -> Pixels:
    """Cut `row_shape(size)` pixels at about the scale of a whole image of `size` px.

    With mask "none" the crop holds the whole name; else it lies anywhere in the scene above the
    credit line.
    """
    height, width = pixels.shape[:2]
    left, _, right, _ = mask_box("box", height, width)
    wide = round((right - left) * random.uniform(1.0, 1.15))
    tall = round(height / 6 * random.uniform(0.9, 1.2))
    if mask == "none":
        margin = round(width * NAME_MARGIN)
        x, y = width - wide - int(random.integers(0, margin + 1)), height - tall
    else:
        scene = apply_mask(pixels, "crop")
        x = int(random.integers(0, width - wide + 1))
        y = int(random.integers(0, max(1, scene.shape[0] - tall + 1)))
        pixels = scene
    return _resized(pixels[y : y + tall, x : x + wide], *row_shape(size))


def colour_jitter(pixels: Pixels, random: Generator) -> Pixels:
    """Change contrast, brightness, saturation and white balance a little."""
    contrast, saturation = random.uniform(0.8, 1.25), random.uniform(0.7, 1.3)
    balance = random.normal(1.0, 0.03, 3)
    mix = contrast * (saturation * np.eye(3) + (1 - saturation) * _LUMA) * balance
    offset = 128 * (1 - contrast) + random.uniform(-20, 20)
    return np.asarray(cv2.transform(pixels, np.column_stack([mix, np.full(3, offset)])), np.uint8)


def _bottom(pixels: Pixels) -> Pixels:
    """Cut the lowest third."""
    return pixels[-round(len(pixels) / 3) :]


def _corner_crop(pixels: Pixels, random: Generator) -> Pixels:
    """Cut from the top and the left only, so that the name at the lower right stays whole."""
    height, width = pixels.shape[:2]
    share = random.uniform(0.75, 1.0, 2)
    return pixels[height - round(height * share[0]) :, width - round(width * share[1]) :]


def _free_crop(pixels: Pixels, random: Generator) -> Pixels:
    height, width = pixels.shape[:2]
    tall, wide = (np.array([height, width]) * random.uniform(0.7, 1.0, 2)).round().astype(int)
    y = int(random.integers(0, height - tall + 1))
    x = int(random.integers(0, width - wide + 1))
    return pixels[y : y + tall, x : x + wide]


def _rotated(pixels: Pixels, x: float, y: float, random: Generator) -> Pixels:
    """Turn about the point (x, y), given in shares of the image, which stays where it is."""
    height, width = pixels.shape[:2]
    angle = float(random.uniform(-ROTATE_DEGREES, ROTATE_DEGREES))
    turn = cv2.getRotationMatrix2D((x * width, y * height), angle, 1.0)
    turned = cv2.warpAffine(pixels, turn, (width, height), borderMode=cv2.BORDER_REFLECT_101)
    return np.asarray(turned, np.uint8)


def _resized(pixels: Pixels, height: int, width: int) -> Pixels:
    return np.asarray(cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
