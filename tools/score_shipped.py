"""Evaluate every shipped model as the catalogue lists it: tools/score_shipped.py DATA

Writes NAME.json and NAME.parquet into assets/evaluation.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from geoloc_core.catalogue import results
from geoloc_core.evaluation.evaluate import evaluate, scores_text
from geoloc_core.evaluation.predictions import COMMITTED


def main(
    data: Path, out: Path = COMMITTED, score: Callable[..., dict[str, Any]] = evaluate
) -> None:
    """Measure, write and print; `score` does as `evaluate` does."""
    for of in results():
        result = score(data, of.model, mask=of.mask, views=of.views, out=out / of.name)
        print(f"{of.name}\n{scores_text(result)}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("Give the data set's folder.")
    main(Path(sys.argv[1]))
