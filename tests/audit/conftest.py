from __future__ import annotations

from pathlib import Path

import pytest

from tests.audit.small_world import make_data


@pytest.fixture(scope="session")
def small_world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("small_world")
    make_data(folder)
    return folder
