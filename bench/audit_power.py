"""How often the audit's scan is right: on networks of which it is known what they go by.

Writes bench/results/audit_power.json and audit_power.md whole. Honest and shuffled networks measure
how often a scan convicts wrongly; networks that read a mark measure how often it finds a leak, by
kind of mark, by the share of the images whose marks the network has learned, and by the number of
images scanned. See `audit_stand_ins` for the networks.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from tqdm import tqdm

from bench.audit_stand_ins import KINDS, SIDE, Kind, StandIn, World, draw, fit, make_world
from geoloc_core.audit.scan.parts import Part, put
from geoloc_core.audit.scan.scan import BUDGET, scan
from geoloc_core.audit.scan.verdict import Effect, Leak
from geoloc_core.files import write_whole

RESULTS = Path(__file__).parent / "results"
SHARES = (0.05, 0.1, 0.2, 0.4, 1.0)
IMAGES = (50, 200, 1000)
HONEST_SEEDS, LEAK_SEEDS = 40, 4
_CORES = 2

Row = dict[str, Any]


def bench_audit_power() -> None:
    """Measure, print and write the table."""
    rows: list[Row] = []
    with ProcessPoolExecutor(_CORES) as pool:
        honest = pool.map(honest_rows, range(HONEST_SEEDS))
        leaking = pool.map(
            leak_rows, *zip(*((k, s) for s in range(LEAK_SEEDS) for k in KINDS), strict=True)
        )
        total = HONEST_SEEDS + LEAK_SEEDS * len(KINDS)
        with tqdm(total=total, unit=" worlds") as bar:
            for found in (honest, leaking):
                for some in found:
                    rows += some
                    bar.update()
    report = summary(rows)
    text = json.dumps(report, indent=1) + "\n"
    write_whole(RESULTS / "audit_power.json", lambda path: path.write_text(text))
    table = markdown(report)
    write_whole(RESULTS / "audit_power.md", lambda path: path.write_text(table))
    print(table)


def honest_rows(seed: int) -> list[Row]:
    """Scans of an honest network and of one that knows nothing, of images that do bear marks."""
    cv2.setNumThreads(1)
    world = make_world(KINDS[seed % len(KINDS)], seed, test=200)
    return [
        scanned(world, fit(world, None, shuffled=shuffled, seed=seed), 200, seed)
        | {"network": "shuffled" if shuffled else "honest"}
        for shuffled in (False, True)
    ]


def leak_rows(kind: Kind, seed: int) -> list[Row]:
    """Scans of networks that have learned a share of the marks, on few and many images."""
    cv2.setNumThreads(1)
    world = make_world(kind, seed, test=max(IMAGES))
    rows = []
    for share in SHARES:
        network = fit(world, kind, share=share, seed=seed)
        rows += [
            scanned(world, network, count, seed) | {"network": kind, "share": share}
            for count in IMAGES
        ]
    return rows


def scanned(world: World, network: StandIn, count: int, seed: int) -> Row:
    """One scan: its verdict, whether the part named is where the mark is, and how far it moved."""
    result = scan(network.predict, world.table, world.read, count=count, seed=seed, progress=False)
    found = result.verdict.found if isinstance(result.verdict, Leak) else None
    named = found is not None and network.kind is not None and is_named(network.kind, found)
    return {
        "images": count,
        "seed": seed,
        "verdict": result.verdict.kind,
        "part": None if found is None else found.name,
        "named": named,
        "travel": None if found is None else found.travel[0],
        "passes": result.passes,
    }


def is_named(kind: Kind, found: Effect) -> bool:
    """Whether the part covers at least half of where such marks are, or is the right property."""
    if found.box is None:
        return found.name == kind
    where = drawn_at(kind)
    ground, mark = np.zeros((SIDE, SIDE, 3), np.uint8), np.full((SIDE, SIDE, 3), 255, np.uint8)
    covered = put(ground, mark, Part(found.name, *found.box, around=found.around))[..., 0] > 0
    return bool((covered & where).sum() >= 0.5 * where.sum())


def drawn_at(kind: Kind) -> NDArray[np.bool_]:
    """Where marks of a kind are in most uploaders' images: (h, w)."""
    ground = np.full((SIDE, SIDE, 3), 128, np.uint8)
    changed = [
        np.abs(draw(kind, ground, number, "Kamatu Besari").astype(int) - 128).max(axis=2) > 20
        for number in range(20)
    ]
    return np.asarray(np.mean(changed, axis=0) > 0.5, bool)


def summary(rows: Sequence[Row]) -> dict[str, Any]:
    """False convictions by network, and detections by kind, share and number of images."""
    table = pd.DataFrame(rows)
    truthful = table[table["network"].isin(["honest", "shuffled"])]
    leaking = table[table["share"].notna()]
    return {
        "budget": f"at most {BUDGET} passes an image",
        "without a leak": [
            {"network": name, "scans": len(part), **part["verdict"].value_counts().to_dict()}
            for name, part in truthful.groupby("network")
        ],
        "with a leak": [
            {
                "kind": kind,
                "share": share,
                "images": images,
                "scans": len(part),
                "leak": int((part["verdict"] == "leak").sum()),
                "suspicious": int((part["verdict"] == "suspicious").sum()),
                "named rightly": int(part["named"].sum()),
            }
            for kind in KINDS
            for images in IMAGES
            for share in SHARES
            for part in [
                leaking[
                    (leaking["network"] == kind)
                    & (leaking["images"] == images)
                    & (leaking["share"] == share)
                ]
            ]
        ],
    }


def markdown(report: dict[str, Any]) -> str:
    """The summary as tables of Markdown."""
    lines = ["| Network without a leak | scans | convicted | suspicious |", "|---|---|---|---|"]
    lines += [
        f"| {row['network']} | {row['scans']} | {row.get('leak', 0)} | {row.get('suspicious', 0)} |"
        for row in report["without a leak"]
    ]
    table = pd.DataFrame(report["with a leak"])
    columns = [(share, images) for images in IMAGES for share in SHARES]
    heads = [f"{images}: {share:.0%}" for share, images in columns]
    lines += [
        "",
        "Leaks found, by number of images and share of the images whose marks are known, of "
        f"{LEAK_SEEDS} scans each (in brackets: the part named rightly).",
        "",
        f"| Mark | {' | '.join(heads)} |",
        f"|---|{'---|' * len(heads)}",
    ]
    for kind in KINDS:
        cells = []
        for share, images in columns:
            chosen = (table["kind"] == kind) & (table["share"] == share)
            row = table[chosen & (table["images"] == images)].iloc[0]
            cells.append(f"{row['leak']} ({row['named rightly']})")
        lines.append(f"| {kind} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"
