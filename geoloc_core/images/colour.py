"""Colours as the screen shows them: a file's own colour profile converted to sRGB."""

from __future__ import annotations

import io

from PIL import Image, ImageCms

_MODES = {"RGB ": "RGB", "CMYK": "CMYK", "GRAY": "L"}
"""The mode of the images that a profile of this colour space describes."""


def to_srgb(image: Image.Image, profile: object) -> Image.Image:
    """The image in sRGB (mode RGB), by the ICC profile of its file; as it is where that says none.

    A profile that is damaged, or that describes other images than this one, is left out of account.
    """
    if not isinstance(profile, bytes):
        return image.convert("RGB")
    try:
        described = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if _MODES.get(described.profile.xcolor_space) != image.mode or _is_srgb(described):
            return image.convert("RGB")
        converted = ImageCms.profileToProfile(
            image, described, ImageCms.createProfile("sRGB"), outputMode="RGB"
        )
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return image.convert("RGB")
    return converted or image.convert("RGB")


def _is_srgb(profile: ImageCms.ImageCmsProfile) -> bool:
    """Whether it says that it is sRGB, which most do: no rounding twice then."""
    return "srgb" in ImageCms.getProfileDescription(profile).lower()
