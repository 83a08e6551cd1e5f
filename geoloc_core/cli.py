"""The command line, pata COMMAND: words only, the work lives in the rooms.

A command's imports stand inside it, so that `--help` need not wait for a network library.
"""

from __future__ import annotations

import io
import json
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from geoloc_core.catalogue import PHOTO_MODELS, SCENE, SHIPPED
from geoloc_core.cli_collect import collect_app
from geoloc_core.cli_models import models_app
from geoloc_core.errors import UserError, in_words, is_full
from geoloc_core.images.credit_line import Mask, TrainingMask

if TYPE_CHECKING:
    from geoloc_core.models.adapters.choice import Choice
    from geoloc_core.training.recipe import Recipe

app = typer.Typer(
    help="Where in India does a network think a photo was taken, why, and did it cheat?",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


app.add_typer(models_app, name="models")
app.add_typer(collect_app, name="collect")

DataFolder = Annotated[
    Path, typer.Option(help="Folder of a data set: images and a manifest (Parquet or CSV).")
]
OutFolder = Annotated[
    Path, typer.Option(help="Folder to write. An interrupted run resumes where it stopped.")
]
ModelName = Annotated[
    str,
    typer.Option(
        help=f"For real photos: {', '.join(PHOTO_MODELS)}; for rendered scenes: "
        f"{', '.join(SHIPPED)}; or a file: a checkpoint or state dict (.safetensors), ONNX, "
        "TorchScript, torch.export (.pt2); a folder of Hugging Face; FILE.py:FUNCTION. "
        "See docs/any_model.md."
    ),
]
StateDictOf = Annotated[
    str | None,
    typer.Option(help="Network of torchvision or timm whose state dict --model is."),
]
GridFile = Annotated[
    Path | None,
    typer.Option(help="Cells that --model tells apart (.geojson). Default: Pata's own."),
]
MASKS = "none: name visible; crop: its row cropped; box: name covered by a white box. "
MaskChoice = Annotated[Mask | None, typer.Option(help=MASKS + "Default: as in training.")]
FoldMask = Annotated[
    Literal["none", "crop"], typer.Option(help="none: name visible; crop: its row cropped.")
]
TrainingMaskIfAny = Annotated[
    TrainingMask | None,
    typer.Option(
        help="none: name visible; crop: its row cropped; random-name: at each showing the name of "
        "any uploader, a box, or nothing. Needed, but with --frozen: there none."
    ),
]
RecipeName = Annotated[
    str | None,
    typer.Option(
        help="A training recipe: photographs, or another that ships by its name, or a TOML file. "
        "Default: the shipped one of the mask."
    ),
]
BackboneName = Annotated[
    str | None,
    typer.Option(
        help="A network in place of the recipe's, such as resnet18 or efficientnet_lite0: any of "
        "torchvision or timm that ends in global average pooling and one linear layer."
    ),
]
Init = Annotated[
    str | None,
    typer.Option(
        help="Weights to start from: imagenet (a download, for backbones of timm), package (in an "
        "installed one: efficientnet_lite0 to 2), or a safetensors file. Default: random."
    ),
]
EngineChoice = Annotated[
    Literal["local", "ray"],
    typer.Option(help="ray: on all cores of a Ray cluster, or of this machine (docs/scale.md)."),
]
Budget = Annotated[
    float, typer.Option(min=0.0, help="Training length, as a multiple of the recipe's.")
]


@app.command()
def train(
    data: Annotated[
        Path,
        typer.Option(
            help="Folder of a data set: images and a manifest. With --frozen also one of "
            "photographs, as `pata evaluate` takes it."
        ),
    ],
    out: Annotated[Path, typer.Option(help="The checkpoint file to write (.safetensors).")],
    mask: TrainingMaskIfAny = None,
    frozen: Annotated[
        Literal["scene"] | None,
        typer.Option(
            help="Keep this network as it is and learn a head above it: for 100 to 5,000 "
            "photographs, in minutes. --mask and --grid apply, a recipe's options do not."
        ),
    ] = None,
    recipe: RecipeName = None,
    backbone: BackboneName = None,
    budget: Budget = 1.0,
    init: Init = None,
    seed: Annotated[
        int, typer.Option(min=0, help="Seed of the initial weights and the order.")
    ] = 0,
    grid: Annotated[
        str,
        typer.Option(
            help="Cells to tell apart: square:DEGREES; square:3,merge=0.01 merges cells below that "
            "share of a square; adaptive:MAX,MIN has at most MAX and at least MIN training images "
            "in a cell; or a .geojson or .parquet file."
        ),
    ] = "square:3",
) -> None:
    """Train a recipe's network on a data set, or a head on a few photographs (--frozen).

    The same command resumes an interrupted run. docs/training.md has examples.
    """
    from geoloc_core.geography.grid_choice import parse_grid

    if out.suffix != ".safetensors":
        raise UserError("A checkpoint is a safetensors file: give --out NAME.safetensors.")
    if frozen:
        if recipe or backbone or init or budget != 1 or seed:
            raise UserError(
                "--frozen learns a head alone, which takes no --recipe, --backbone, --init, "
                "--budget or --seed."
            )
        if mask == "random-name":
            raise UserError("--frozen looks at each photo once, so --mask is none or crop.")
        _train_head(data, out, grid, mask or "none")
        return
    if mask is None:
        raise UserError(
            "Say what the network may see of a name in the bottom row: --mask crop hides the row, "
            "--mask none shows it, as for photographs without one, --mask random-name any name."
        )
    from geoloc_core.training.batches import training_points
    from geoloc_core.training.loop import train as run

    checkpoint = run(
        data,
        mask,
        out,
        recipe=_chosen_recipe(recipe, mask, budget, backbone),
        init=init,
        grid=parse_grid(grid, lambda: training_points(data)),
        seed=seed,
    )
    if os.environ.get("RANK", "0") == "0":  # one of torchrun's processes speaks for all
        typer.echo(json.dumps(checkpoint.scores, indent=2))


def _chosen_recipe(
    name: str | None, mask: TrainingMask, budget: float, backbone: str | None
) -> Recipe:
    from geoloc_core.training.recipe import read_recipe, recipe_path, shipped_recipe

    recipe = read_recipe(recipe_path(name) if name else shipped_recipe(mask), budget)
    return replace(recipe, backbone=backbone) if backbone else recipe


def _train_head(data: Path, out: Path, grid: str, mask: Mask) -> None:
    from geoloc_core.frozen.features import cache_path
    from geoloc_core.frozen.report import learned_text
    from geoloc_core.frozen.train import train_head
    from geoloc_core.geography.grid_choice import parse_grid

    learned = train_head(data, out, lambda points: parse_grid(grid, points), mask)
    typer.echo(learned_text(learned))
    typer.echo(f"Written: {out}. {cache_path(out)} keeps the features for the next run.")


@app.command()
def evaluate(
    data: Annotated[
        Path,
        typer.Option(
            help="Folder of a data set, or of photographs with a CSV file of their places (columns "
            "file, latitude, longitude; place, uploader, collection if known), or of photographs "
            "that say themselves where they were taken (EXIF)."
        ),
    ],
    model: ModelName,
    backbone: StateDictOf = None,
    grid: GridFile = None,
    mask: MaskChoice = None,
    views: Annotated[
        int,
        typer.Option(min=1, max=4, help="Views of a panorama that make one prediction together."),
    ] = 1,
    out: Annotated[
        Path | None,
        typer.Option(
            help="STEM: write scores to STEM.json, predictions to STEM.parquet, and baselines "
            "to baselines.parquet beside them."
        ),
    ] = None,
    engine: EngineChoice = "local",
) -> None:
    """Evaluate a model on held-out panoramas, next to four baselines, or on your own photographs.

    Of your own, each region of the country weighs the same and each place within it the same.
    """
    from geoloc_core.cluster.spread import spread_by
    from geoloc_core.evaluation.evaluate import evaluate as run
    from geoloc_core.evaluation.evaluate import scores_text

    chosen, spread = _chosen(model, backbone, grid), spread_by(engine)
    typer.echo(scores_text(run(data, chosen, mask=mask, views=views, out=out, spread=spread)))


@app.command()
def crossval(
    data: DataFolder,
    out: OutFolder,
    folds: Annotated[int, typer.Option(min=2, help="Number of folds, and of networks.")] = 10,
    group: Annotated[
        Literal["panorama", "uploader", "both"],
        typer.Option(help="What is kept in one fold: a panorama, an uploader, or both."),
    ] = "panorama",
    mask: FoldMask = "crop",
    recipe: RecipeName = None,
    backbone: BackboneName = None,
    budget: Budget = 1.0,
    init: Init = None,
) -> None:
    """Cross-validate: train one network for each fold, on all images outside it.

    The command can run several times at once: each process takes folds that no other has taken.
    """
    from geoloc_core.evaluation.crossval import crossval as run
    from geoloc_core.evaluation.crossval import report_text

    result = run(
        data,
        out,
        mask=mask,
        recipe=_chosen_recipe(recipe, mask, budget, backbone),
        init=init,
        group=group,
        folds=folds,
    )
    typer.echo(
        report_text(result) if result else "Other processes are still working on some folds."
    )


@app.command()
def predict(
    photos: Annotated[
        list[str],
        typer.Argument(
            help="Photos (JPEG, PNG, WebP, HEIC or AVIF), folders of photos, or - to read their "
            "names from standard input, one a line. With --out also a data set's table, Parquet "
            "with a column image, a pattern in quotes, or an address such as s3://bucket/folder."
        ),
    ],
    model: ModelName = SCENE,
    backbone: StateDictOf = None,
    grid: GridFile = None,
    mask: MaskChoice = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print a JSON list with one record for each photo.")
    ] = False,
    as_lines: Annotated[
        bool,
        typer.Option("--jsonl", help="Print one JSON record a line, each as soon as it is there."),
    ] = False,
    signs: Annotated[
        bool,
        typer.Option("--signs", help="Read the signs in the photos, too. Needs rapidocr."),
    ] = False,
    out: Annotated[
        str | None,
        typer.Option(
            help="Folder or address to write Parquet to, by parts, instead of printing. An "
            "interrupted run resumes where it stopped."
        ),
    ] = None,
    engine: EngineChoice = "local",
) -> None:
    """Predict where in India each photo was taken. Exit status 1 if a photo could not be read."""
    from geoloc_core.display.export.predict_many import print_predictions
    from geoloc_core.display.export.record import json_lines, json_list, text_parts

    if as_json and as_lines:
        raise UserError("Give --json or --jsonl, not both.")
    if engine == "ray" and out is None:
        raise UserError("--engine ray writes Parquet: say where to with --out FOLDER.")
    if out is not None:
        if as_json or as_lines or signs or "-" in photos:
            raise UserError("--out takes no --json, --jsonl or --signs, and no - for photos.")
        if backbone or grid:
            raise UserError("--out takes a model that ships or a checkpoint of Pata.")
        _predict_parts(photos, model, mask, out, engine)
        return
    form = json_list if as_json else json_lines if as_lines else text_parts
    chosen = _chosen(model, backbone, grid)
    if print_predictions(map(Path, photos), chosen, mask, form, signs=signs):
        raise typer.Exit(1)


def _predict_parts(
    photos: list[str], model: str, mask: Mask | None, out: str, engine: Literal["local", "ray"]
) -> None:
    from geoloc_core.cluster.spread import spread_by
    from geoloc_core.data.store import safe_address
    from geoloc_core.display.export.predict_parts import predict_parts

    done = predict_parts(photos, model, mask, out, spread=spread_by(engine))
    unread = f", of which {done.failed} could not be read (column error)" if done.failed else ""
    typer.echo(f"{done.photos} photos{unread}: {safe_address(out)}")
    if done.failed:
        raise typer.Exit(1)


@app.command()
def audit(
    data: Annotated[
        Path,
        typer.Option(help="Folder of a data set, or its table (CSV or Parquet) beside its images."),
    ],
    model: ModelName,
    backbone: StateDictOf = None,
    grid: GridFile = None,
    class_column: Annotated[
        str | None,
        typer.Option(help="Column of the manifest that holds the classes; no places are needed."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for the report. Default: data/audit/MODEL.")
    ] = None,
    images: Annotated[
        int, typer.Option("--images", min=1, help="Held-out images to audit on.")
    ] = 1000,
    region: Annotated[
        str | None,
        typer.Option(
            help="The only region to test: left,top,right,bottom as shares of width and height, "
            "such as 0,0.9375,1,1. Default: a scan of all parts and properties of the images."
        ),
    ] = None,
    find_text: Annotated[
        bool,
        typer.Option("--find-text", help="Test the region where text recurs (see `detect`)."),
    ] = False,
    fail_above: Annotated[
        float | None,
        typer.Option(
            min=0, max=100, help="A leak that moves no more points of the predictions ends with 0."
        ),
    ] = None,
    baseline: Annotated[
        Path | None,
        typer.Option(help="audit.json of an earlier audit: only a new or grown leak ends with 3."),
    ] = None,
    junit: Annotated[Path | None, typer.Option(help="File for the result as JUnit XML.")] = None,
    engine: EngineChoice = "local",
) -> None:
    """Find what in the images tells a model who took them: a name, a mark, a camera's colours.

    Exit status 0: no leak found; 3: leak; 4: suspicious; 5: inconclusive. The same command resumes
    an interrupted audit.
    """
    from geoloc_core.audit.audit import audit as run
    from geoloc_core.audit.gate import read_baseline, status, write_junit
    from geoloc_core.audit.suspect import SuspectError, suspect_from_text
    from geoloc_core.cluster.spread import spread_by
    from geoloc_core.text import terminal_safe

    if region and find_text:
        raise SuspectError("Give --region or --find-text, not both.")
    before = None if baseline is None else read_baseline(baseline)
    folder = out or Path("data/audit") / Path(model).stem
    report = run(
        data,
        _chosen(model, backbone, grid),
        folder,
        column=class_column,
        region=suspect_from_text(region) if region else None,
        find_text=find_text,
        count=images,
        spread=spread_by(engine),
    )
    ended, why = status(report, fail_above, before)
    if junit is not None:
        write_junit(report, ended == 3, junit)
    typer.echo(terminal_safe(report["verdict"]["words"]))
    typer.echo(report["held_out"])
    if why:
        typer.echo(why)
    typer.echo(f"Report: {folder / 'report.html'}. Numbers: {folder / 'audit.json'}.")
    if ended:
        raise typer.Exit(ended)


@app.command()
def check(
    data: DataFolder,
    out: Annotated[
        Path | None, typer.Option(help="Folder for the report. Default: data/check/NAME.")
    ] = None,
    grid: Annotated[str, typer.Option(help="Cells that may hold too few (see `train`).")] = (
        "square:3"
    ),
    fix: Annotated[
        bool,
        typer.Option("--fix", help="Write manifest.cleaned.parquet beside the manifest."),
    ] = False,
) -> None:
    """Check a data set before training on it. Exit status 0: no faults; 3: faults found."""
    from geoloc_core.check.check import check as run
    from geoloc_core.check.check import check_text

    folder = out or Path("data/check") / data.resolve().name
    result = run(data, folder, grid=grid, fix=fix)
    typer.echo(check_text(result))
    typer.echo(f"Report: {folder / 'report.html'}.")
    if result.faults:
        raise typer.Exit(3)


@app.command()
def detect(
    data: DataFolder,
    images: Annotated[
        int, typer.Option("--panoramas", min=1, help="Panoramas to look at, one image of each.")
    ] = 60,
) -> None:
    """Find text that recurs in the images of a data set, and suggest a region to audit."""
    from geoloc_core.audit.detect import detect as run
    from geoloc_core.audit.detect import detection_text

    typer.echo(detection_text(run(data, count=images)))


def _chosen(model: str, backbone: str | None, grid: Path | None) -> str | Choice:
    """The model that options name."""
    if backbone is None and grid is None:
        return model
    from geoloc_core.models.adapters.choice import Choice

    return Choice(model, backbone, grid)


def _speak_to_any_terminal() -> None:
    """Escape what a terminal's encoding has no sign for; where one is closed, speak to nobody."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            nobody = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115  until the end
            setattr(sys, name, nobody)
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def main() -> None:
    """Run the command line; what a user can put right is said in one sentence, exit status 2."""
    _speak_to_any_terminal()
    try:
        app()
    except UserError as error:
        typer.echo(f"pata: {error}", err=True)
        sys.exit(2)
    except OSError as error:
        if error.filename is None and not is_full(error):
            raise
        from geoloc_core.text import terminal_safe

        typer.echo(f"pata: {terminal_safe(in_words(error))}", err=True)
        sys.exit(2)
