"""How often the shipped networks notice that a real photo is out of distribution.

`python tools/measure_real_photos.py DIR`, where DIR/places.csv has a row a photo (file, latitude,
longitude, place). The photos do not ship: they are measured with, never trained on. Writes counts
to assets/evaluation/real_photos.json, by their novelty alone and as the pages judge them.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pandas as pd
from tqdm import tqdm

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from geoloc_core.catalogue import HONEST, SHIPPED
from geoloc_core.files import write_whole
from geoloc_core.images.photo import read_photo
from geoloc_core.models.predictor import Predictor
from geoloc_core.paths import ASSETS

OUT = ASSETS / "evaluation" / "real_photos.json"


def main(folder: Path) -> None:
    """Ask both networks about every photo and write how many they call out of distribution."""
    networks = {model: Predictor(model) for model in SHIPPED}
    files = pd.read_csv(folder / "places.csv")["file"]
    noticed = pd.DataFrame(
        [
            {
                model: (found := network.predict([pixels])).novelty > found.novelty_threshold
                for model, network in networks.items()
            }
            | {"page": not networks[HONEST].predict([pixels]).in_distribution}
            for pixels in (read_photo((folder / file).read_bytes()).pixels for file in tqdm(files))
        ]
    )
    result = {
        "photos": len(noticed),
        "novel": {model: int(noticed[model].sum()) for model in networks},
        "novel_to_either": int(noticed[list(networks)].any(axis=1).sum()),
        "out_of_distribution": int(noticed.any(axis=1).sum()),
    }
    write_whole(OUT, lambda path: path.write_text(json.dumps(result, indent=2) + "\n"))
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("Give the folder of the photos and their places.csv.")
    main(Path(sys.argv[1]))
