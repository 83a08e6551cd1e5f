from __future__ import annotations

import hashlib
from pathlib import Path

import cv2
import numpy as np
import pytest

from geoloc_core.audit.image_store import ImageStore
from geoloc_core.audit.passes import draw_subjects, run_passes
from geoloc_core.audit.survey import survey
from geoloc_core.audit.suspect import ROW, Suspect
from geoloc_core.data.manifest import ManifestError, on_grid, read_manifest
from geoloc_core.images.credit_line import write_name
from tests.audit.small_world import Known, by_scene, checkpoint


def test_each_file_has_its_row_and_the_name_does_not_change_the_scenes_code(tmp_path: Path) -> None:
    scene = np.random.default_rng(0).integers(0, 256, (8, 8, 3), np.uint8)
    scene = cv2.resize(scene, (96, 96), interpolation=cv2.INTER_CUBIC)
    files = ["b.png", "a.png"]
    for file, name in zip(files, ("Asha Rao", "Bikram Sen"), strict=True):
        cv2.imwrite(str(tmp_path / file), write_name(scene, name))
    found = survey(ImageStore(tmp_path), files, ROW, progress=False)
    assert list(found.fingerprints.index) == list(found.metadata.index) == files
    for file in files:
        content = (tmp_path / file).read_bytes()
        assert found.fingerprints["digest"][file] == hashlib.sha256(content).digest()
        assert found.metadata["file size"][file] == len(content)
    assert found.fingerprints["digest"].nunique() == 2
    assert found.fingerprints["code"].nunique() == 1


def test_a_file_that_is_no_image_is_named(tmp_path: Path) -> None:
    (tmp_path / "broken.jpg").write_bytes(b"no image")
    with pytest.raises(ManifestError, match=r"broken\.jpg cannot be read"):
        survey(ImageStore(tmp_path), ["broken.jpg"], ROW, progress=False)


def test_what_the_passes_have_read_is_not_read_again(small_world: Path, tmp_path: Path) -> None:
    opened: list[str] = []

    def read(path: Path) -> bytes:
        opened.append(path.name)
        return path.read_bytes()

    images, corner = ImageStore(small_world, read=read), Suspect(0.7, 0.05, 0.95, 0.15)
    manifest = read_manifest(small_world)
    known = checkpoint("none")
    subjects = draw_subjects(on_grid(manifest, known.grid), count=8)
    engine = Known(by_scene)
    run_passes(images, subjects, known, engine, tmp_path, suspect=corner, progress=False)
    assert sorted(opened) == sorted(subjects["file"])
    survey(images, manifest["file"].tolist(), corner, progress=False)
    assert sorted(opened) == sorted(manifest["file"])
