"""Train the script classifier of `geoloc_core.signs` and measure it: assets/weights/scripts.xml.

`python tools/train_scripts.py [--minutes 20] [--scenes DIR ...] [--tesseract]`, on one core, whose
time the minutes are. Shows words in the system's fonts, degraded like photographs, against the
script that they are in; what is no writing comes from patterns made here and from rendered scenes
without names (the samples that ship, and the images under each DIR). No photograph is used. The
result is measured on families of fonts that training did not show, at letters of 40, 20 and 12 px,
beside Tesseract's script models where `--tesseract` asks for it.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import nn

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from geoloc_core.files import write_whole
from geoloc_core.images.credit_line import mask_box
from geoloc_core.paths import ASSETS
from geoloc_core.signs.crops import HEIGHT, WIDTH, Tone, windows
from geoloc_core.signs.scripts import CLASSES, NONE, SCRIPTS
from tools.no_writing import no_writing, texture
from tools.read_by_tesseract import tesseract_script
from tools.sign_images import photographed, written

OUT = ASSETS / "weights" / "scripts.xml"
MEASURED = ASSETS / "signs" / "measured.json"
CONFUSIONS = ASSETS / "signs" / "confusions.csv"
BATCH, RATE, DECAY = 128, 3e-3, 1e-4
NONE_SHARE = 0.22  # of what training shows
INKS = 2500  # words drawn of each script; each is photographed anew many times
HEIGHTS, WORDS = (40, 20, 12), 60  # measured: letters in pixels, words of each script
FEW_WORDS = 4  # the first of these, beside Tesseract, which takes a second for a word
CONTRAST = 110.0  # of the words measured, in levels


def network() -> nn.Sequential:
    """Windows (b, 1, 32, 160), standardised, to logits (b, classes): 0.2 million numbers."""
    layers: list[nn.Module] = []
    steps = [(1, 24, 2), (24, 24, 1), (24, 48, 2), (48, 48, 1), (48, 80, 2), (80, 80, 1)]
    for narrow, wide, stride in [*steps, (80, 112, 1)]:
        layers += [
            nn.Conv2d(narrow, wide, 5 if narrow == 1 else 3, stride, 2 if narrow == 1 else 1),
            nn.BatchNorm2d(wide),
            nn.ReLU(),
        ]
    body = nn.Sequential(*layers)
    return nn.Sequential(body, Pooled(), nn.Dropout(0.2), nn.Linear(2 * 112, len(CLASSES)))


class Pooled(nn.Module):
    """A map's largest values and means: one letter may tell a script, or the whole line."""

    def forward(self, map_: torch.Tensor) -> torch.Tensor:
        """(b, c, h, w) to (b, 2 c)."""
        return torch.cat([map_.amax((2, 3)), map_.mean((2, 3))], 1)


def scene_tones(folders: Sequence[Path]) -> list[Tone]:
    """Rendered scenes (h, w) without their credit line."""
    files = [file for folder in folders for file in sorted(folder.rglob("*.jpg"))[:3000]]
    tones = []
    for file in files:
        levels = np.asarray(Image.open(file).convert("L"), np.float32)
        tones.append(levels[: mask_box("crop", *levels.shape)[1]])
    return tones


def train(minutes: float, scenes: Sequence[Tone]) -> nn.Sequential:
    """The network after as many minutes."""
    random, start = np.random.default_rng(0), time.process_time()
    torch.manual_seed(0)
    inks = {s: [written(s, random, held_out=False) for _ in range(INKS)] for s in SCRIPTS}
    print(f"{INKS} words of each script drawn in {time.process_time() - start:.0f} s", flush=True)
    model = network()
    model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    optimiser = torch.optim.AdamW(model.parameters(), RATE, weight_decay=DECAY)
    step = 0
    while (share := (time.process_time() - start) / (60 * minutes)) < 1:
        for group in optimiser.param_groups:
            group["lr"] = RATE * min(1.0, step / 100) * (0.5 * (1 + np.cos(np.pi * share)))
        shown, labels = batch(inks, scenes, random)
        with torch.autocast("cpu", torch.bfloat16):
            logits = model(torch.from_numpy(shown).to(memory_format=torch.channels_last))
        loss = nn.functional.cross_entropy(
            logits.float(), torch.from_numpy(labels), label_smoothing=0.02
        )
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        step += 1
        if step % 100 == 0:
            print(f"step {step}, {share:.0%} of the time, loss {loss.item():.3f}", flush=True)
    model.eval()
    return model


def batch(
    inks: dict[str, list[NDArray[np.uint8]]], scenes: Sequence[Tone], random: np.random.Generator
) -> tuple[Tone, NDArray[np.int64]]:
    """Windows (BATCH, 1, 32, 160) and their classes (BATCH,)."""
    shown, labels = [], []
    for _ in range(BATCH):
        if random.random() < NONE_SHARE:
            script, line = NONE, no_writing(random, scenes)
        else:
            script = SCRIPTS[int(random.integers(len(SCRIPTS)))]
            words = inks[script]
            behind = texture(random) if random.random() < 0.08 else None
            line = photographed(words[int(random.integers(len(words)))], random, scene=behind)
        cut = windows(line)
        shown.append(cut[int(random.integers(len(cut)))])
        labels.append(CLASSES.index(script))
    return np.stack(shown)[:, None], np.array(labels, np.int64)


def save(model: nn.Sequential) -> None:
    """Write the network, its probabilities at the end, as OpenVINO's pair of files in float16."""
    from geoloc_core.models.openvino_graph import import_openvino

    openvino = import_openvino()
    whole = nn.Sequential(model, nn.Softmax(1)).eval()
    example = torch.zeros(2, 1, HEIGHT, WIDTH)
    graph = openvino.convert_model(whole, example_input=example)
    graph.reshape([-1, 1, HEIGHT, WIDTH])

    def write(path: Path) -> None:
        openvino.save_model(graph, path, compress_to_fp16=True)
        write_whole(OUT.with_suffix(".bin"), path.with_suffix(".bin").replace)

    write_whole(OUT, write)


def measure(name: Callable[[Tone], str], words: int) -> dict[str, dict[str, float]]:
    """The share of right names by letter height, for each script and on average."""
    measured = {}
    for height in HEIGHTS:
        shares = {}
        for script in SCRIPTS:
            random = np.random.default_rng((height, SCRIPTS.index(script)))
            lines = (
                photographed(
                    written(script, random, held_out=True),
                    random,
                    height=height,
                    contrast=CONTRAST,
                )
                for _ in range(words)
            )
            shares[script] = round(float(np.mean([name(line) == script for line in lines])), 3)
        measured[str(height)] = {"all": round(float(np.mean([*shares.values()])), 3)} | shares
    return measured


def confuse(name: Callable[[Tone], str]) -> None:
    """Write how often a script is told for another: half in families that training showed."""
    random = np.random.default_rng(1)
    table = []
    for script in SCRIPTS:
        told = [
            name(
                photographed(
                    written(script, random, held_out=held_out),
                    random,
                    height=height,
                    contrast=CONTRAST,
                )
            )
            for held_out in (False, True)
            for height in HEIGHTS
            for _ in range(WORDS)
        ]
        table.append([script, *(f"{told.count(other) / len(told):.3f}" for other in SCRIPTS)])

    def write(path: Path) -> None:
        with path.open("w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file, lineterminator="\n")
            rows.writerow(["written", *SCRIPTS])
            rows.writerows(table)

    write_whole(CONFUSIONS, write)


def main() -> None:
    """Train, save, measure."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--minutes", type=float, default=20)
    ask.add_argument("--scenes", type=Path, nargs="*", default=[])
    ask.add_argument("--tesseract", action="store_true")
    asked = ask.parse_args()
    torch.set_num_threads(1)
    if asked.minutes > 0:
        save(train(asked.minutes, scene_tones([ASSETS / "samples", *asked.scenes])))

    from geoloc_core.signs.classify import script_classifier

    classify = script_classifier()
    known = json.loads(MEASURED.read_text()) if MEASURED.exists() else {}

    def by_classifier(line: Tone) -> str:
        return CLASSES[int(classify([line])[0].argmax())]

    confuse(by_classifier)
    known["classifier"] = {"words of each script": WORDS} | measure(by_classifier, WORDS)
    if asked.tesseract:
        same = {"words of each script": FEW_WORDS}
        known["classifier on few words"] = same | measure(by_classifier, FEW_WORDS)
        known["tesseract on few words"] = same | measure(tesseract_script, FEW_WORDS)
    write_whole(MEASURED, lambda path: path.write_text(json.dumps(known, indent=1) + "\n"))
    print(json.dumps(known, indent=1))


if __name__ == "__main__":
    main()
