"""Pick the samples and names of the Leakage page's story: python tools/pick_tour.py

Every sample is measured with both shipped networks; the picks are those for which what the page
says holds by the widest margin. Written to assets/samples/tour.json.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tqdm import tqdm

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from geoloc_core.audit.residents import residents
from geoloc_core.audit.tour import (
    POINT,
    Tour,
    follows_name,
    gains_by_views,
    held,
    kilometres,
    tell_story,
    write_tour,
)
from geoloc_core.catalogue import HONEST, READER
from geoloc_core.data.manifest import on_grid
from geoloc_core.data.samples import read_samples
from geoloc_core.data.shipped import shipped_manifest
from geoloc_core.data.subject import sample_subject
from geoloc_core.display.heatmap import credit_line_share
from geoloc_core.geography.place_names import cell_regions
from geoloc_core.images.credit_line import Pixels
from geoloc_core.models.predictor import Predictor

NAMES = 6


def main() -> None:
    """Measure, say what was found, and write the picks."""
    reader, honest = Predictor(READER), Predictor(HONEST)
    stories: dict[str, float] = {}
    gains: dict[str, float] = {}
    subjects = {sample.panorama: sample_subject(sample) for sample in read_samples()}
    for panorama, subject in tqdm(subjects.items(), desc="samples"):
        if subject.place is None:
            continue
        pixels = subject.views[0]
        whole = reader.predict([pixels], "none")
        top = int(whole.probabilities.argmax())
        share = credit_line_share(whole, top) or 0.0
        if held(tell_story(reader, honest, pixels, subject.place, share)):
            cropped = reader.predict([pixels], "crop")
            stories[panorama] = kilometres(cropped.points[POINT], whole.points[POINT])
        gain = gains_by_views(honest, subject.views, subject.place)
        if gain is not None:
            gains[panorama] = gain
    story, views = (max(found, key=lambda name: found[name]) for found in (stories, gains))
    print(
        f"Steps 1 to 3 hold for {len(stories)} of {len(subjects)} samples, step 5 for {len(gains)}."
    )
    names = pick_names(reader, honest, subjects[story].views[0])
    write_tour(Tour(story, views, names))
    print(
        f"{story} (flies {stories[story]:.0f} km), {views} ({gains[views]:.1f} times nearer), "
        f"{', '.join(names)}"
    )


def pick_names(reader: Predictor, honest: Predictor, pixels: Pixels) -> tuple[str, ...]:
    """Names that work on the image, one a part of the country, the farthest flight first."""
    grid = reader.checkpoint.grid
    regions = cell_regions(grid)
    best: dict[str, tuple[float, str]] = {}
    people = [
        one for one in residents(on_grid(shipped_manifest(), grid)).values() if one.well_known
    ]
    for person in tqdm(people, desc="names"):
        flown = follows_name(reader, honest, pixels, person)
        region = regions[person.cell]
        if flown is not None and flown > best.get(region, (0.0, ""))[0]:
            best[region] = flown, person.name
    return tuple(name for _, name in sorted(best.values(), reverse=True)[:NAMES])


if __name__ == "__main__":
    main()
