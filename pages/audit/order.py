"""What a visitor has audited: which model, on which data set, on how many images."""

from __future__ import annotations

import hashlib
import re
from dataclasses import asdict, dataclass
from pathlib import Path

from geoloc_core.data.own_data import own_folder
from geoloc_core.data.table import ManifestError, find_table
from geoloc_core.paths import ASSETS, cache_folder

SIMULATED = ASSETS.parent / "data" / "sim"
IMAGES = 300


@dataclass(frozen=True)
class Order:
    """One audit.

    model: the name that pages know it by; file: what `pata audit --model` takes; data: the data
    set's folder; region: "left,top,right,bottom" in shares of the image, "" for all of it; column:
    of the manifest with the classes, "" for the grid's cells.
    """

    model: str
    file: str
    data: str
    images: int = IMAGES
    region: str = ""
    column: str = ""

    def arguments(self, out: Path) -> list[str]:
        """The options of `pata audit`, each in one word, so that no value is taken for another."""
        options = [
            f"--model={self.file}",
            f"--data={self.data}",
            f"--images={self.images}",
            f"--out={out}",
        ]
        options += [f"--region={self.region}"] if self.region else []
        options += [f"--class-column={self.column}"] if self.column else []
        return options

    def out(self, audits: Path) -> Path:
        """The folder of its report, a folder of `audits` for each audit that differs in anything.

        >>> Order("my <net>", "net.onnx", "photos").out(Path("audits")).name
        'my-net-4a5bd9c51d0f'
        """
        name = re.sub(r"[^A-Za-z0-9]+", "-", self.model).strip("-")[:40]
        digest = hashlib.sha256(repr(sorted(asdict(self).items())).encode()).hexdigest()
        return audits / f"{name or 'model'}-{digest[:12]}"


def audits_folder() -> Path | None:
    """Where audits are kept; None where no folder can be written."""
    cache = cache_folder()
    return cache and cache / "audit"


def _has_table(folder: Path) -> bool:
    try:
        return find_table(folder) is not None
    except ManifestError:
        return False


def data_sets() -> dict[str, str]:
    """What audits may be made on: a folder's path and its name.

    The one in `PATA_DATA` and the simulated one, where it was rendered. A visitor may be a
    stranger, and never names a folder.
    """
    own = own_folder()
    folders = [own.absolute()] if own else []
    if _has_table(SIMULATED):
        folders.append(SIMULATED)
    return {str(folder): folder.resolve().name for folder in folders}
