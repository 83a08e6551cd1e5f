from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from geoloc_core.data.table import ManifestError
from geoloc_core.data.whole import refuse_broken


def test_whole_files_pass_and_the_first_that_is_not_is_named(tmp_path: Path) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (32, 32, 3)).astype(np.uint8)
    paths = [tmp_path / name for name in ("a.jpg", "b.png", "c.webp", "d.jpg")]
    for path in paths:
        cv2.imwrite(str(path), pixels)
    with (tmp_path / "a.jpg").open("ab") as file:
        file.write(b"what a phone adds")  # it is read nevertheless
    refuse_broken(paths)
    for path in paths[1:]:
        path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(ManifestError, match=r"b\.png cannot be read: .* 2 other files"):
        refuse_broken(paths)
    (tmp_path / "a.jpg").unlink()
    with pytest.raises(ManifestError, match=r"a\.jpg cannot be read: No such file"):
        refuse_broken(paths)
