import io

import numpy as np
import pytest
from PIL import Image

from geoloc_core.data.samples import read_samples
from geoloc_core.data.subject import heading_name, sample_subject, upload_subject
from tests.pages.stand_in import CELLS, make_gallery, painted


def jpeg(pixels, gps=None):
    buffer = io.BytesIO()
    exif = Image.Exif()
    if gps is not None:
        latitude, longitude = gps
        exif[0x8825] = {1: "N", 2: (latitude, 0.0, 0.0), 3: "E", 4: (longitude, 0.0, 0.0)}
    Image.fromarray(pixels).save(buffer, "JPEG", quality=95, exif=exif)
    return buffer.getvalue()


def test_a_sample_is_shown_with_its_four_views_and_true_place(tmp_path):
    make_gallery(tmp_path)
    sample = read_samples(tmp_path)[1]
    subject = sample_subject(sample)
    assert subject.view_names == ("North", "East", "South", "West")
    assert subject.place == (sample.latitude, sample.longitude)
    assert subject.place_label == "True place"
    assert abs(float(subject.views[2][..., 1].mean()) - 4 * CELLS[1]) < 2


def test_what_cannot_be_read_is_left_out_in_words_and_the_rest_is_kept():
    subject, complaints = upload_subject(
        [
            ("good.jpg", jpeg(painted(4))),
            ("bad.jpg", b"<svg/>"),
            ("located.jpg", jpeg(painted(5), (19.0, 73.0))),
        ],
        4,
    )
    assert subject.name == "good.jpg, located.jpg"
    assert subject.view_names == ("Photo 1", "Photo 2")
    assert subject.place == pytest.approx((19.0, 73.0))
    assert subject.uploaded
    assert len(complaints) == 1
    assert complaints[0].startswith("bad.jpg: ")


def test_four_photos_are_the_most():
    photo = jpeg(np.zeros((20, 20, 3), np.uint8))
    subject, complaints = upload_subject([(f"{number}.jpg", photo) for number in range(6)], 4)
    assert len(subject.views) == 4
    assert [complaint[:5] for complaint in complaints] == ["4.jpg", "5.jpg"]
    assert subject.place is None


def test_nothing_readable_is_no_subject():
    assert upload_subject([("a.jpg", b"")], 4)[0] is None
    assert upload_subject([], 4) == (None, [])


@pytest.mark.parametrize(
    ("heading", "name"),
    [(0, "North"), (90.2, "East"), (180, "South"), (270.0, "West"), (37, "37°")],
)
def test_headings_have_names(heading, name):
    assert heading_name(heading) == name
