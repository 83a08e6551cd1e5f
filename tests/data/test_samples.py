import pandas as pd
import pytest

from geoloc_core.data.folds import split
from geoloc_core.data.manifest import write_manifest
from geoloc_core.data.samples import read_samples
from geoloc_core.geography.grid import article_grid
from geoloc_core.geography.place_names import cell_regions
from tests.pages.stand_in import CELLS, make_gallery
from tools.build_samples import main


def test_samples_come_by_cell_with_their_headings_in_order(tmp_path):
    make_gallery(tmp_path)
    samples = read_samples(tmp_path)
    assert [sample.cell for sample in samples] == list(CELLS)
    regions = cell_regions(article_grid())
    for sample in samples:
        assert sample.headings == (0.0, 90.0, 180.0, 270.0)
        assert sample.region == regions[sample.cell]
        assert article_grid().cell_of(sample.latitude, sample.longitude) == sample.cell
        assert all(file.is_file() for file in sample.files)


def test_no_gallery_is_no_samples(tmp_path):
    assert read_samples(tmp_path) == ()


@pytest.fixture
def manifest():
    """120 panoramas over three cells; the first half lack a heading."""
    return pd.DataFrame(
        [
            {
                "file": f"{number}-{heading:.0f}.jpg",
                "panorama": f"p{number:03d}",
                "latitude": 20.0,
                "longitude": 78.0,
                "heading": heading,
                "uploader": "A",
                "date": "2024-05",
                "cell": number % 3,
                "source": "simulated",
                "licence": "MIT",
            }
            for number in range(120)
            for heading in (0.0, 90.0, 180.0, 270.0)
            if number >= 60 or heading > 0
        ]
    )


def test_the_gallery_is_the_first_whole_held_out_panorama_of_each_cell(tmp_path, manifest):
    folds = dict(zip(manifest.panorama, split(manifest), strict=True))
    expected = [
        next(
            f"p{number:03d}"
            for number in range(60, 120)
            if number % 3 == cell and folds[f"p{number:03d}"] == "test"
        )
        for cell in range(3)
    ]
    data, out = tmp_path / "data", tmp_path / "out"
    data.mkdir()
    for file in manifest.file:
        (data / file).write_text(f"the image {file}")
    write_manifest(data, manifest)
    main(data, out)
    samples = read_samples(out)
    assert [sample.panorama for sample in samples] == expected
    for sample in samples:
        number = int(sample.panorama[1:])
        assert [file.read_text() for file in sample.files] == [
            f"the image {number}-{heading}.jpg" for heading in (0, 90, 180, 270)
        ]


def test_a_gallery_is_never_written_over(tmp_path):
    with pytest.raises(SystemExit, match="there already"):
        main(tmp_path, tmp_path)
