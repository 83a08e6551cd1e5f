"""The images of a scan as its probes take them: pixels, their uploader's signature, JPEG tables."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import pandas as pd

from geoloc_core.audit.scan.pairs import Donors
from geoloc_core.audit.scan.passes import Show
from geoloc_core.audit.scan.properties import Shown, Tables, tables_of
from geoloc_core.audit.scan.signatures import Signatures, find_signatures, nothing
from geoloc_core.images.credit_line import Pixels

_KEPT = 256  # images kept in memory
_LOOKED_AT = 40  # images and donors whose size and JPEG tables are compared


def images_of(
    table: pd.DataFrame,
    read: Callable[[str], Pixels],
    encoded: Callable[[str], bytes] | None,
    *,
    properties: bool,
    progress: bool,
) -> Show:
    """What gives a table's images, with signatures and JPEG tables where `properties` are probed.

    read: an image by its file; encoded: the file's content, without which no tables are known.
    """
    signatures = (
        find_signatures(table, read, progress=progress) if properties else Signatures({}, {})
    )
    uploader_of = dict(zip(table["file"], table["uploader"], strict=True))

    @lru_cache(_KEPT)
    def known(file: str) -> tuple[Pixels, Tables | None]:
        return read(file), tables_of(encoded(file)) if properties and encoded else None

    def shown(file: str, whose: str, control: bool) -> Shown:
        of = signatures.others if control else signatures.own
        pixels, tables = known(file)
        return Shown(pixels, of.get(whose or uploader_of[file], nothing()), tables)

    return shown


def differences(shown: Show, test: pd.DataFrame, donors: Donors) -> dict[str, bool]:
    """Whether images differ in JPEG quantisation and in size, by a sample of them."""
    files = [*test["file"][:_LOOKED_AT], *donors.images["file"][:_LOOKED_AT]]
    looked_at = [shown(file, "", False) for file in files]
    tables = [repr(one.tables) for one in looked_at if one.tables is not None]
    return {
        "jpegs": len(set(tables)) > 1,
        "sizes": len({one.pixels.shape for one in looked_at}) > 1,
    }
