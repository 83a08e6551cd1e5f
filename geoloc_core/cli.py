"""The command line, python -m geoloc_core COMMAND: words only, the work lives in the rooms.

A command's imports stand inside it, so that `--help` need not wait for a network library.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from geoloc_core.errors import UserError
from geoloc_core.photos.attribution import Mask

app = typer.Typer(
    help="Where in India does a network think a photograph was taken, why, and does it cheat?",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


DataFolder = Annotated[Path, typer.Option(help="Folder of a data set: pictures and a manifest.")]
ModelName = Annotated[str, typer.Option(help="masked, unmasked, or a checkpoint file.")]
MaskChoice = Annotated[Mask | None, typer.Option(help="The model's own if left out.")]


@app.command()
def simulate(
    out: Annotated[Path, typer.Option(help="Folder to write; a run goes on where it stopped.")],
    per_cell: Annotated[int, typer.Option(min=1, help="Panoramas in each of the 58 cells.")],
    seed: Annotated[int, typer.Option(min=0)] = 1,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes; all cores if left out.")
    ] = None,
) -> None:
    """Render simulated street view: four pictures a panorama, and their manifest."""
    from geoloc_core.dataset.simulate import simulate as run

    frame = run(out, per_cell, seed, workers)
    typer.echo(f"{len(frame)} pictures of {frame['panorama'].nunique()} panoramas in {out}")


@app.command()
def train(
    data: DataFolder,
    mask: Annotated[
        Literal["none", "crop"], typer.Option(help="none: names in sight; crop: cut away.")
    ],
    out: Annotated[Path, typer.Option(help="The checkpoint to write.")],
    recipe: Annotated[
        Path | None, typer.Option(help="A recipe file; the mask's own if left out.")
    ] = None,
    budget: Annotated[float, typer.Option(min=0.0, help="Factor on the pictures seen.")] = 1.0,
    init: Annotated[str | None, typer.Option(help="imagenet, or a .safetensors file.")] = None,
    seed: Annotated[int, typer.Option(min=0)] = 0,
) -> None:
    """Train ResNeXt-50 on a data set; an interrupted run goes on when called again."""
    from geoloc_core.model.recipe import read_recipe, shipped_recipe
    from geoloc_core.model.training import train as run

    checkpoint = run(
        data,
        mask,
        out,
        recipe=read_recipe(recipe or shipped_recipe(mask), budget),
        init=init,
        seed=seed,
    )
    if os.environ.get("RANK", "0") == "0":  # one of torchrun's processes speaks for all
        typer.echo(json.dumps(checkpoint.scores, indent=2))


@app.command()
def evaluate(
    data: DataFolder,
    model: ModelName,
    mask: MaskChoice = None,
    views: Annotated[
        int, typer.Option(min=1, max=4, help="Pictures of a panorama taken together.")
    ] = 1,
    out: Annotated[
        Path | None,
        typer.Option(help="STEM: writes STEM.json, STEM.parquet and, beside them, the baselines."),
    ] = None,
) -> None:
    """Score a model on the panoramas that no training has seen, beside four baselines."""
    from geoloc_core.evaluation.evaluate import evaluate as run
    from geoloc_core.evaluation.evaluate import scores_text

    typer.echo(scores_text(run(data, model, mask=mask, views=views, out=out)))


@app.command()
def crossval(
    data: DataFolder,
    out: Annotated[Path, typer.Option(help="Folder to write; a run goes on where it stopped.")],
    folds: Annotated[int, typer.Option(min=2)] = 10,
    group: Annotated[
        Literal["panorama", "uploader", "both"], typer.Option(help="What no two folds share.")
    ] = "panorama",
    mask: Annotated[
        Literal["none", "crop"], typer.Option(help="none: names in sight; crop: cut away.")
    ] = "crop",
    recipe: Annotated[
        Path | None, typer.Option(help="A recipe file; the mask's own if left out.")
    ] = None,
    budget: Annotated[float, typer.Option(min=0.0, help="Factor on the pictures seen.")] = 1.0,
) -> None:
    """Predict every picture by a network that has seen nothing of its group, one network a fold.

    The same command, started again beside itself, takes the folds that nobody is at.
    """
    from geoloc_core.evaluation.crossval import crossval as run
    from geoloc_core.evaluation.crossval import report_text
    from geoloc_core.model.recipe import read_recipe, shipped_recipe

    result = run(
        data,
        out,
        mask=mask,
        recipe=read_recipe(recipe or shipped_recipe(mask), budget),
        group=group,
        folds=folds,
    )
    typer.echo(report_text(result) if result else "Other processes are still at some folds.")


@app.command()
def predict(
    photos: Annotated[list[Path], typer.Argument(help="Photographs: JPEG, PNG, WebP or HEIC.")],
    model: ModelName = "masked",
    mask: MaskChoice = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="A JSON list, one record a photo.")
    ] = False,
) -> None:
    """Say where in India each photograph seems to be taken. Exit status 1 if any failed."""
    from geoloc_core.model.record import predict_files, records_text

    records, failed = predict_files(photos, model, mask)
    typer.echo(json.dumps(records, indent=2) if as_json else records_text(records))
    if failed:
        raise typer.Exit(1)


@app.command()
def audit(
    data: DataFolder,
    model: ModelName,
    out: Annotated[
        Path | None, typer.Option(help="Folder for the report; data/audit/MODEL if left out.")
    ] = None,
    pictures: Annotated[int, typer.Option(min=1, help="Held-out pictures to audit on.")] = 1000,
    region: Annotated[
        str | None,
        typer.Option(help="left,top,right,bottom in shares; the attribution row if left out."),
    ] = None,
    find_text: Annotated[
        bool, typer.Option("--find-text", help="Suspect where text recurs, as `detect` finds it.")
    ] = False,
) -> None:
    """Find out whether a model reads names. Exit status 0: no leak found; 3: a leak found.

    An interrupted audit goes on when called again.
    """
    from geoloc_core.audit.audit import audit as run
    from geoloc_core.audit.suspect import ROW, SuspectError, suspect_from_text
    from geoloc_core.model.record import terminal_safe

    if region and find_text:
        raise SuspectError("Name a region or let text be found, not both.")
    suspect = suspect_from_text(region) if region else ROW
    folder = out or Path("data/audit") / Path(model).stem
    report = run(data, model, folder, suspect=suspect, find_text=find_text, pictures=pictures)
    typer.echo(terminal_safe(report["verdict"]["words"]))
    typer.echo(f"The report is {folder / 'report.html'}, its numbers are in audit.json beside it.")
    if report["verdict"]["leak"]:
        raise typer.Exit(3)


@app.command()
def detect(
    data: DataFolder,
    pictures: Annotated[int, typer.Option(min=1, help="Panoramas to look at.")] = 60,
) -> None:
    """Find text that recurs in the pictures of a data set, and the region to suspect."""
    from geoloc_core.audit.detect import detect as run
    from geoloc_core.audit.detect import detection_text

    typer.echo(detection_text(run(data, pictures=pictures)))


def main() -> None:
    """Run the command line; what a user can put right is said in one sentence, exit status 2."""
    try:
        app()
    except UserError as error:
        typer.echo(f"pata: {error}", err=True)
        sys.exit(2)
