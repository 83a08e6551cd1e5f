"""The probes: what of a donor's image is put into another one, each a plain function.

A probe shows the network an image that is its own but for one part, or one property. If the
prediction then travels to where the donor's uploader lives, that part, or property, tells who took
the image.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from geoloc_core.audit.scan.parts import Part, coarse_parts, put
from geoloc_core.audit.scan.properties import (
    Shown,
    grain,
    jpeg,
    palette,
    size,
    vignette,
    white_balance,
)
from geoloc_core.images.credit_line import Pixels

WHOLE = "whole image"
"""The donor's image itself: no part is named by it, but it shows whether there is any to look for.
"""


@dataclass(frozen=True)
class Probe:
    """A name in plain words, the function, and for a part of the image which one."""

    name: str
    apply: Callable[[Shown, Shown], Pixels]
    part: Part | None = None

    @property
    def area(self) -> float:
        """The share of the image's area that it changes."""
        return 1.0 if self.part is None else self.part.area


def of_part(part: Part) -> Probe:
    """The probe that puts the donor's content of one part in its place."""

    def apply(image: Shown, donor: Shown) -> Pixels:
        return put(image.pixels, donor.pixels, part)

    return Probe(part.name, apply, part)


def first_probes(*, jpegs: bool, sizes: bool) -> list[Probe]:
    """What every pair of images is shown with: coarse parts, properties and the whole image.

    jpegs, sizes: whether the images differ in their JPEG quantisation, in their size; else those
    probes would change nothing.
    """
    properties = {
        "palette": palette,
        "white balance": white_balance,
        "vignette": vignette,
        "grain and sharpness": grain,
        **({"JPEG quantisation": jpeg} if jpegs else {}),
        **({"image size": size} if sizes else {}),
    }
    return [
        *map(of_part, coarse_parts()),
        *(Probe(name, apply) for name, apply in properties.items()),
        whole(),
    ]


def whole() -> Probe:
    """The probe that shows the donor's image itself."""
    return Probe(WHOLE, lambda image, donor: donor.pixels)
