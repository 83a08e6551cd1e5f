from __future__ import annotations

import contextlib
import io
import struct
import tracemalloc
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFile, TiffImagePlugin

from geoloc_core.images import photo as module
from geoloc_core.images.photo import (
    MAX_BYTES,
    Photo,
    PhotoError,
    check_size,
    read_photo,
    read_photo_file,
)

RED, GREEN, BLUE, WHITE = (220, 40, 30), (30, 170, 60), (30, 60, 200), (255, 255, 255)


def corners(width: int = 64, height: int = 48) -> Image.Image:
    """Red, green over blue, white: upside-down or mirrored images cannot be mistaken for it."""
    image = Image.new("RGB", (width, height), RED)
    image.paste(GREEN, (width // 2, 0, width, height // 2))
    image.paste(BLUE, (0, height // 2, width // 2, height))
    image.paste(WHITE, (width // 2, height // 2, width, height))
    return image


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def assert_shows_corners(photo: Photo, tolerance: int = 12) -> None:
    height, width = photo.pixels.shape[:2]
    at = [(y, x) for y in (height // 4, 3 * height // 4) for x in (width // 4, 3 * width // 4)]
    seen = np.array([photo.pixels[place] for place in at], int)
    assert np.abs(seen - [RED, GREEN, BLUE, WHITE]).max() <= tolerance


def png(header: bytes, *chunks: tuple[bytes, bytes]) -> bytes:
    parts = [(b"IHDR", header), *chunks, (b"IEND", b"")]
    packed = (
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF", "AVIF"])
def test_the_formats_are_shown(kind):
    photo = read_photo(encoded(corners(), kind, quality=95))
    assert (photo.width, photo.height) == (64, 48)
    assert photo.pixels.shape == (48, 64, 3)
    assert photo.pixels.dtype == np.uint8
    assert_shows_corners(photo)


@pytest.mark.parametrize(
    "image",
    [
        pytest.param(corners().convert("P", palette=Image.Palette.ADAPTIVE), id="palette"),
        pytest.param(corners().convert("RGBA"), id="opaque alpha"),
    ],
)
def test_other_modes_are_shown(image):
    assert_shows_corners(read_photo(encoded(image, "PNG")))


def test_cmyk_is_shown():
    assert_shows_corners(read_photo(encoded(corners().convert("CMYK"), "JPEG", quality=95)), 30)


def test_grey_of_16_bits_keeps_its_shades():
    shades = np.tile(np.linspace(0, 65535, 64).astype(np.uint16), (8, 1))
    photo = read_photo(encoded(Image.fromarray(shades), "PNG"))
    np.testing.assert_array_equal(photo.pixels, np.repeat(shades[..., None] // 256, 3, axis=2))


def test_colour_of_16_bits_is_shown():
    row = b"\x00" + struct.pack(">HHH", 0xDC00, 0x2800, 0x1E00) * 4
    header = struct.pack(">IIBBBBB", 4, 4, 16, 2, 0, 0, 0)
    photo = read_photo(png(header, (b"IDAT", zlib.compress(row * 4))))
    np.testing.assert_array_equal(photo.pixels, np.broadcast_to(RED, (4, 4, 3)))


def test_one_bit_and_grey_are_shown():
    for mode in ("1", "L", "LA"):
        image = Image.new("L", (8, 8), 255)
        image.paste(0, (0, 0, 4, 8))
        pixels = read_photo(encoded(image.convert(mode), "PNG")).pixels
        assert (pixels[:, :4] == 0).all()
        assert (pixels[:, 4:] == 255).all()


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_transparent_parts_turn_white(kind):
    image = Image.new("RGBA", (16, 16), (*RED, 0))
    image.paste((*BLUE, 255), (0, 0, 8, 16))
    image.paste((0, 0, 0, 128), (8, 0, 16, 8))
    pixels = read_photo(encoded(image, kind, lossless=True)).pixels
    assert (pixels[:, :8] == BLUE).all()
    assert np.abs(pixels[:8, 8:].astype(int) - 127).max() <= 1
    assert (pixels[8:, 8:] == 255).all()


def test_a_transparent_palette_colour_turns_white():
    image = Image.new("P", (8, 8), 1)
    image.putpalette([0, 0, 0, *RED])
    assert (read_photo(encoded(image, "PNG", transparency=1)).pixels == 255).all()


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_the_first_frame_of_a_moving_image_is_shown(kind):
    later = [Image.new("RGB", (64, 48), shade) for shade in ("black", "yellow")]
    photo = read_photo(
        encoded(corners(), kind, save_all=True, append_images=later, duration=50, lossless=True)
    )
    assert_shows_corners(photo)


@pytest.mark.parametrize("size", [(1, 300), (300, 1), (1, 1), (1, 4000)])
def test_thin_images_are_shown(size):
    photo = read_photo(encoded(Image.new("RGB", size, GREEN), "PNG"))
    assert (photo.width, photo.height) == size
    assert max(photo.pixels.shape[:2]) == min(1000, max(size))
    assert (photo.pixels == GREEN).all()


@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_is_set_upright(orientation):
    # what a camera held that way stores: the inverse of what shows it upright
    stored = {
        1: None,
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[orientation]
    image = corners() if stored is None else corners().transpose(stored)
    exif = Image.Exif()
    exif[0x0112] = orientation
    photo = read_photo(encoded(image, "JPEG", quality=95, exif=exif))
    assert (photo.width, photo.height) == (64, 48)
    assert photo.pixels.shape == (48, 64, 3)
    assert_shows_corners(photo)


@pytest.mark.parametrize("size", [(4000, 3000), (3000, 4000), (1025, 700)])
def test_a_longer_side_above_the_target_is_shrunk_to_it(size):
    photo = read_photo(encoded(corners(*size), "JPEG", quality=95), target=512)
    assert (photo.width, photo.height) == size
    assert max(photo.pixels.shape[:2]) == 512
    assert photo.pixels.shape[1] / photo.pixels.shape[0] == pytest.approx(size[0] / size[1], 0.01)
    assert_shows_corners(photo)


def test_a_large_jpeg_is_decoded_at_reduced_size(monkeypatch):
    loaded = []
    load = ImageFile.ImageFile.load

    def noted(self):
        loaded.append(self.size)
        return load(self)

    monkeypatch.setattr(ImageFile.ImageFile, "load", noted)
    read_photo(encoded(corners(4000, 3000), "JPEG"), target=480)
    assert loaded[0] == (500, 375)


def gps_exif(latitude: object, north: object, longitude: object, east: object) -> Image.Exif:
    exif = Image.Exif()
    exif[0x8825] = {1: north, 2: latitude, 3: east, 4: longitude}
    return exif


def test_gps_is_read_and_kept_apart():
    exif = gps_exif((34.0, 9.0, 9.0), "N", (77.0, 34.0, 37.2), "E")
    photo = read_photo(encoded(corners(), "JPEG", exif=exif))
    assert photo.gps == pytest.approx((34 + 9 / 60 + 9 / 3600, 77.577), abs=1e-9)
    exif = gps_exif((33.0, 30.0, 0.0), "S", (70.0, 36.0, 0.0), "W")
    assert read_photo(encoded(corners(), "PNG", exif=exif)).gps == pytest.approx((-33.5, -70.6))


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
@pytest.mark.parametrize(
    "exif",
    [
        gps_exif((95.0, 0.0, 0.0), "N", (77.0, 0.0, 0.0), "E"),
        gps_exif((34.0, 0.0, 0.0), "N", (77.0, 0.0, 0.0, 0.0), "E"),
        gps_exif((34.0, 61.0, 0.0), "N", (77.0, 0.0, 0.0), "E"),
        gps_exif((34.0, 0.0, 0.0), "up", (77.0, 0.0, 0.0), "E"),
        gps_exif((34.0, 0.0, 0.0), "", (77.0, 0.0, 0.0), "E"),
        gps_exif((TiffImagePlugin.IFDRational(0, 0), 0.0, 0.0), "N", (77.0, 0.0, 0.0), "E"),
        b"Exif\x00\x00II*\x00\xff\xff\xff\xff",
        b"Exif\x00\x00nonsense",
        b"Exif\x00\x00",
    ],
)
def test_malformed_gps_tells_no_place_and_does_no_harm(exif):
    photo = read_photo(encoded(corners(), "JPEG", quality=95, exif=exif))
    assert photo.gps is None
    assert_shows_corners(photo)


def refusal(data: bytes) -> str:
    with pytest.raises(PhotoError) as caught:
        read_photo(data)
    sentence = str(caught.value)
    assert sentence.count(".") == 1
    assert sentence.endswith(".")
    return sentence


@pytest.mark.parametrize(
    "data",
    [
        b'<svg xmlns="http://www.w3.org/2000/svg"/>',
        b"<!doctype html><script>alert(1)</script>",
        b"%PDF-1.7\n",
        b"GIF89a",
        encoded(corners(), "GIF"),
        encoded(corners(), "TIFF"),
        encoded(corners(), "BMP"),
        b"\x00\x00\x00\x1cftypqt  ",
        b"\x00",
        b"PK\x03\x04",
    ],
)
def test_other_formats_are_refused(data):
    assert (
        refusal(data) == "This file cannot be read as a photo: use JPEG, PNG, WebP, HEIC or AVIF."
    )


def test_an_empty_file_is_refused():
    assert refusal(b"") == "The file is empty."


def test_a_file_over_20_megabytes_is_refused():
    assert refusal(encoded(corners(), "JPEG").ljust(MAX_BYTES + 1)) == (
        "The file is larger than 20 MB."
    )


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF", "AVIF"])
@pytest.mark.parametrize("share", [0.02, 0.3, 0.9])
def test_truncated_files_are_refused(kind, share):
    noise = np.random.default_rng(0).integers(0, 256, (96, 96, 3), np.uint8)
    data = encoded(Image.fromarray(noise), kind)
    assert refusal(data[: max(16, int(share * len(data)))]) == (
        "The image is damaged or cut short."
    )


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF", "AVIF"])
def test_spoilt_files_are_shown_or_refused_but_never_crash(kind):
    rng = np.random.default_rng(1)
    good = np.frombuffer(encoded(corners(), kind), np.uint8)
    for _ in range(150):
        spoilt = good.copy()
        spoilt[rng.integers(12, len(good), 4)] = rng.integers(0, 256, 4)
        with contextlib.suppress(PhotoError):
            assert read_photo(spoilt.tobytes()).pixels.ndim == 3


@pytest.mark.parametrize(("side", "megapixels"), [(7_940, "63"), (20_000, "400")])
def test_a_bomb_is_refused_before_it_is_decoded(side, megapixels, monkeypatch):
    monkeypatch.setattr(
        ImageFile.ImageFile, "load", lambda self: pytest.fail("a pixel was decoded")
    )
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    bomb = png(header, (b"IDAT", zlib.compress(bytes(100_000))))
    assert refusal(bomb) == (
        f"The image has {megapixels} megapixels, too many to unpack here: shrink it first."
    )


def test_an_endless_strip_is_refused():
    header = struct.pack(">IIBBBBB", 1, 50_000_000, 8, 0, 0, 0, 0)
    assert refusal(png(header, (b"IDAT", b""))) == (
        "The image is more than 65,535 pixels wide or high."
    )


def test_a_jpeg_that_lies_of_its_size_is_refused():
    data = bytearray(encoded(corners(), "JPEG"))
    frame = data.index(b"\xff\xc0")
    data[frame + 5 : frame + 9] = struct.pack(">HH", 65_000, 65_000)
    assert "too long" in refusal(bytes(data))


@pytest.mark.parametrize("size", [(8160, 6144), (12000, 9000), (16320, 12240)])
def test_what_phones_make_is_decoded_reduced(size):
    """50, 108 and 200 megapixels; the pixels themselves are not needed to tell that they fit."""
    baseline = encoded(corners(), "JPEG")
    check_size(baseline, "JPEG", *size, target=1000)
    if size[0] < 10_000:
        photo = read_photo(encoded(Image.new("L", size, 90), "JPEG"))
        assert (photo.width, photo.height, photo.pixels.shape) == (*size, (753, 1000, 3))
        assert (np.abs(photo.pixels.astype(int) - 90) <= 1).all()


def test_a_progressive_jpeg_may_be_as_large_as_phones_make_them():
    progressive = encoded(corners(), "JPEG", progressive=True)
    check_size(progressive, "JPEG", 8160, 6144, target=1000)
    with pytest.raises(PhotoError, match="too long"):
        check_size(progressive, "JPEG", 9000, 9000, target=1000)


def test_a_png_of_many_chunks_is_refused():
    header = struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 0)
    pixels = (b"IDAT", zlib.compress(bytes(72)))
    few, many = ([(b"tEXt", b"a\0b")] * count for count in (500, 20_000))
    assert read_photo(png(header, *few, pixels)).pixels.shape == (8, 8, 3)
    assert "too long" in refusal(png(header, *many, pixels))


def test_a_jpeg_of_a_thousand_scans_is_refused():
    data = encoded(corners(), "JPEG", progressive=True)
    scan = data.rindex(b"\xff\xda")
    assert "too long" in refusal(data[:scan] + data[scan:-2] * 1000 + data[-2:])


def test_a_file_too_long_is_not_read_whole(tmp_path: Path) -> None:
    long = tmp_path / "long.jpg"
    with long.open("wb") as file:
        file.truncate(50 * MAX_BYTES)
    tracemalloc.start()
    with pytest.raises(PhotoError, match="larger than 20 MB"):
        read_photo_file(long)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 3 * MAX_BYTES


@pytest.mark.parametrize("name", ["missing.jpg", ".", "nul\0.jpg"])
def test_what_is_no_file_is_refused_in_words(tmp_path: Path, name: str) -> None:
    with pytest.raises(PhotoError, match=r"\.$"):
        read_photo_file(tmp_path / name)


@pytest.mark.parametrize("kind", ["RGBA", "I;16"])
def test_orientation_survives_a_conversion_of_the_pixels(kind: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    photo = read_photo(encoded(Image.new(kind, (64, 48)), "PNG", exif=exif))
    assert photo.pixels.shape == (64, 48, 3)
    assert (photo.width, photo.height) == (48, 64)


FILM = struct.pack(">I", 24) + b"ftypmp42" + bytes(12)


def test_a_film_behind_the_photo_is_not_taken_for_it():
    """As phones write motion photos; in a film any bytes may look like a JPEG's scans."""
    still = encoded(corners(), "JPEG", quality=95)
    photo = read_photo(still + FILM + b"mdat" + b"\xff\xda" * 5000)
    assert_shows_corners(photo)
    exact = read_photo(still)
    assert (photo.pixels == exact.pixels).all()


def test_colours_are_converted_from_the_files_own_profile():
    """Values of other primaries that mean the same colours give the same pixels."""
    swapped = profile(red=(0.1500, 0.0600), green=(0.3000, 0.6000), blue=(0.6400, 0.3300))
    plain = profile(red=(0.6400, 0.3300), green=(0.3000, 0.6000), blue=(0.1500, 0.0600))
    mixed = encoded(Image.fromarray(np.asarray(corners())[..., ::-1]), "PNG", icc_profile=swapped)
    straight = encoded(corners(), "PNG", icc_profile=plain)
    one, other = read_photo(mixed).pixels.astype(int), read_photo(straight).pixels.astype(int)
    assert np.abs(one - other).max() <= 1, "red and blue are swapped, in values and in meaning"


@pytest.mark.parametrize("spoilt", [b"", b"nonsense", bytes(300)])
def test_a_damaged_profile_is_left_out_of_account(spoilt):
    assert_shows_corners(read_photo(encoded(corners(), "PNG", icc_profile=spoilt)))


def profile(red, green, blue) -> bytes:
    """An ICC profile of RGB primaries (x, y) under D50-adapted white, gamma 2.2, by hand."""
    white = np.array([0.9642, 1.0, 0.8249])  # D50
    columns = np.array([[x / y, 1.0, (1 - x - y) / y] for x, y in (red, green, blue)]).T
    scaled = columns * np.linalg.solve(columns, white)

    def fixed(value: float) -> bytes:
        return struct.pack(">i", round(value * 65536))

    def xyz(values) -> bytes:
        return b"XYZ " + bytes(4) + b"".join(map(fixed, values))

    curve = b"curv" + bytes(4) + struct.pack(">IH", 1, round(2.2 * 256)) + bytes(2)
    text = b"text" + bytes(4) + b"made\0" + bytes(3)
    words = b"desc" + bytes(4) + struct.pack(">I", 5) + b"made\0" + bytes(78 + 3)
    tags = {b"desc": words, b"cprt": text, b"wtpt": xyz(white)}
    tags |= {name: xyz(scaled[:, k]) for k, name in enumerate((b"rXYZ", b"gXYZ", b"bXYZ"))}
    tags |= dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve)
    start, table, body = 128 + 4 + 12 * len(tags), b"", b""
    for name, content in tags.items():
        table += name + struct.pack(">II", start + len(body), len(content))
        body += content + bytes(-len(content) % 4)
    header = struct.pack(">I4sI", start + len(body), b"lcms", 0x02400000) + b"mntrRGB XYZ "
    header += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + bytes(28)
    header += b"".join(map(fixed, white)) + bytes(48)
    return header[:128] + struct.pack(">I", len(tags)) + table + body


def test_16_bits_that_are_all_transparent_are_white():
    grey = np.full((6, 9), 4000, np.uint16)
    grey[2:4] = 40_000
    file = io.BytesIO()
    Image.fromarray(grey).save(file, "PNG", transparency=4000)
    shown = read_photo(file.getvalue()).pixels
    assert (shown[2:4] == 40_000 // 256).all()
    assert (np.delete(shown, (2, 3), axis=0) == 255).all()


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_a_large_image_that_is_clear_in_parts_is_shrunk_over_white(mode):
    image = Image.new("RGBA", (4400, 2200), (0, 0, 0, 0))
    image.paste((10, 10, 10, 255), (0, 0, 2200, 2200))
    shown = read_photo(encoded(image.convert(mode), "PNG")).pixels
    assert shown.shape == (500, 1000, 3)
    assert (np.abs(shown[:, :495].astype(int) - 10) <= 4).all()
    assert (shown[:, 505:] == 255).all()


def test_an_orientation_written_as_a_byte_turns_the_image():
    stored = corners().transpose(Image.Transpose.ROTATE_90)
    exif = struct.pack("<2sHIHHHIB3xI", b"II", 42, 8, 1, 0x0112, 1, 1, 6, 0)
    photo = read_photo(encoded(stored, "JPEG", quality=95, exif=b"Exif\0\0" + exif))
    assert (photo.width, photo.height) == (64, 48)
    assert_shows_corners(photo)


def test_avif_under_the_common_brand_is_read():
    data = bytearray(encoded(corners(), "AVIF", quality=95))
    assert data[8:12] == b"avif"
    data[8:12] = b"mif1"
    assert_shows_corners(read_photo(bytes(data)))


def test_the_limits_are_checked_before_the_decoder_is_called(monkeypatch):
    monkeypatch.setattr(module, "MOST_MEMORY", 64 * 48 * 8 - 1)
    assert "0 megapixels" in refusal(encoded(corners(), "PNG"))
