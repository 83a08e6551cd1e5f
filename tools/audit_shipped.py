"""Audit every shipped model: tools/audit_shipped.py DATA

Copies each report into assets/audit. A leak must be detected in the model that reads names and in
no other; exit status 1 where that is not so. An interrupted audit goes on.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from geoloc_core.audit.audit import audit
from geoloc_core.catalogue import READER, SHIPPED
from geoloc_core.paths import ASSETS


def main(
    data: Path,
    kept: Path = Path("data/audit"),
    committed: Path = ASSETS / "audit",
    test: Callable[[Path, str, Path], dict[str, Any]] = audit,
) -> bool:
    """Audit, copy and print; whether each verdict is the expected one.

    kept: where audits go on that were interrupted; `test` does as `audit` does.
    """
    as_expected = True
    committed.mkdir(exist_ok=True)
    for model in SHIPPED:
        out = kept / model
        verdict = test(data, model, out)["verdict"]
        shutil.copy(out / "audit.json", committed / f"{model}.json")
        shutil.copy(out / "report.html", committed / f"{model}.html")
        print(f"{model}: {verdict['words']}")
        as_expected &= verdict["kind"] == ("leak" if model == READER else "none")
    return as_expected


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("Give the data set's folder.")
    sys.exit(0 if main(Path(sys.argv[1])) else 1)
