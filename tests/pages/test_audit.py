"""The Audit page: the shipped reports, what it offers to start, and what a run says."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from geoloc_core.paths import ASSETS
from geoloc_core.text import plain_markdown
from pages.audit import order as orders
from pages.audit import runner
from pages.audit.order import Order
from pages.audit.progress import FIRST, LAST, last_sentence, read_progress
from pages.audit.reports import gist, order_words, orders_of, read_report, report_in
from tests.patience import LONG

PAGE = Path(__file__).parents[2] / "pages" / "audit" / "page.py"
COMMITTED = ASSETS / "audit"


@pytest.fixture
def audits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for audits, the data set `photos`, and no run yet."""
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "manifest.csv").write_text("file,latitude,longitude\na.jpg,20,78\n")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("PATA_DATA", str(tmp_path / "photos"))
    monkeypatch.setattr(orders, "SIMULATED", tmp_path / "none")
    monkeypatch.setattr(runner, "_latest", [])
    folder = orders.audits_folder()
    assert folder is not None
    return folder


@pytest.fixture
def page(audits: Path) -> AppTest:
    return AppTest.from_file(PAGE, default_timeout=LONG)


def command(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """Let a few lines of Python stand for `pata audit`."""
    monkeypatch.setattr(runner, "COMMAND", (sys.executable, "-c", code))


def ended() -> runner.Run:
    run = runner.latest()
    assert run is not None
    run.process.wait(LONG)
    return run


def html(page: AppTest) -> str:
    return "".join(element.proto.body for element in page.get("html"))


@pytest.mark.parametrize(
    ("model", "words"), [("unmasked", "Leak detected."), ("masked", "No leak")]
)
def test_the_shipped_reports_are_there_at_once(page: AppTest, model: str, words: str) -> None:
    page.query_params["model"] = model
    page.run()
    assert not page.exception
    assert words in html(page)
    assert len(page.get("download_button")) == 2
    (frame,) = page.get("iframe")
    held = json.loads((COMMITTED / f"{model}.json").read_text(encoding="utf-8"))
    assert held["verdict"]["words"].split(".")[0] in frame.proto.srcdoc
    assert "default-src 'none'" in frame.proto.srcdoc


def test_an_audit_runs_beside_the_server_and_its_report_is_offered(
    page: AppTest, audits: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command(monkeypatch, COPIES.format(committed=str(COMMITTED), model="masked", status=0))
    page.run()
    page.number_input[0].set_value(60)
    page.button[0].click().run()
    assert not page.exception
    run = ended()
    assert run.status == 0
    assert run.order.data == str(audits.parents[2] / "photos")
    assert f"--out={run.out}" in json.loads((run.out / "asked.json").read_text())
    page.run()
    assert plain_markdown("has ended: no leak found (exit status 0).") in page.info[0].value
    (chosen,) = [box for box in page.selectbox if box.label == "Audited on"]
    assert chosen.options == [
        "photos, 60 images",
        "the simulated test images (shipped)",
    ]


COPIES = """
import json, pathlib, shutil, sys
out = pathlib.Path(next(w for w in sys.argv if w.startswith("--out="))[6:])
shutil.copy("{committed}/{model}.json", out / "audit.json")
shutil.copy("{committed}/{model}.html", out / "report.html")
(out / "asked.json").write_text(json.dumps(sys.argv))
sys.exit({status})
"""


def test_what_goes_wrong_is_said_in_the_commands_own_words(
    page: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    command(
        monkeypatch, "import sys; print('pata: No <names> here.', file=sys.stderr); sys.exit(2)"
    )
    page.run()
    page.button[0].click().run()
    assert ended().status == 2
    page.run()
    assert plain_markdown("could not be done. No <names> here.") in page.warning[0].value


def test_a_region_that_is_none_starts_nothing(page: AppTest) -> None:
    page.run()
    page.text_input[0].set_value("0,0.5,1")
    page.button[0].click().run()
    assert "left,top,right,bottom" in page.error[0].value
    assert runner.latest() is None


def test_one_audit_at_a_time_and_it_can_be_stopped(
    audits: Path, monkeypatch: pytest.MonkeyPatch, page: AppTest
) -> None:
    command(
        monkeypatch,
        "import sys, time; print('scan, at most 27 passes an image:  45%|####  | 9/20 "
        "[00:03<00:05, 3.1 passes/s]', file=sys.stderr, flush=True); time.sleep(600)",
    )
    assert runner.start(Order("masked", "masked", "photos"), audits)
    assert not runner.start(Order("unmasked", "unmasked", "photos"), audits)
    run = runner.latest()
    assert run is not None
    limit = time.monotonic() + LONG
    while "45%" not in run.said and time.monotonic() < limit:
        time.sleep(0.05)
    page.run()
    assert not page.exception
    (stop,) = [button for button in page.button if button.label == "Stop"]
    assert [button.label for button in page.button] == ["Stop"], "one audit at a time"
    assert "One runs at a time" in page.markdown[0].value
    stop.click().run()
    assert run.process.wait(LONG) == -signal.SIGTERM
    assert "was stopped" in runner.outcome(run)


def test_an_audit_ends_with_the_server() -> None:
    """The server holds the other end of its standard input, which closes however it ends."""
    code = "import time; from pages.audit.tied import end_with_stdin as tie; tie(); time.sleep(600)"
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, cwd=ASSETS.parent
    )
    assert process.stdin is not None
    process.stdin.close()
    assert process.wait(LONG) == -signal.SIGTERM


def test_the_command_that_is_started_is_the_audit() -> None:
    command = subprocess.Popen(
        [*runner.COMMAND, "--help"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ASSETS.parent,
    )
    assert command.stdout is not None
    assert b"--class-column" in command.stdout.read()
    assert command.wait(LONG) == 0


def test_without_a_data_set_it_is_said_what_an_audit_needs(
    page: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PATA_DATA")
    page.run()
    assert not page.exception
    assert any("`PATA_DATA=DIR`" in text.value for text in page.markdown)
    assert not page.button


@pytest.mark.parametrize(
    ("said", "stage", "share"),
    [
        ("", FIRST, 0),
        ("signatures:  10%|#   | 1/10 [00:01<00:09, 1 images/s]", "Scan: each uploader’s", 0.1),
        (
            "scan, at most 27 passes an image:  45%|## | 9/20 [00:03<00:05, 3 passes/s]",
            "Scan: what",
            0.45,
        ),
        (" 50%|#####     | 500/1000 [10:00<10:00, 1 images/s]", "Tests of one region", 0.5),
        ("relevance: 100%|##| 64/64 [10:00<00:00, 1 images/s]", LAST, 0),
    ],
)
def test_progress_is_read_from_the_bars(said: str, stage: str, share: float) -> None:
    found = read_progress(f"Some words\n\x1b[A0%|  | 0/9\r{said}")
    assert found.stage.replace("'", "’").startswith(stage.replace("'", "’"))
    assert found.share == share


def test_the_last_sentence_is_no_bar() -> None:
    said = "pata: Say this.\r 50%|#####     | 500/1000 [10:00<10:00, 1 images/s]\n"
    assert last_sentence(said) == "Say this."
    assert last_sentence("") == ""


def test_the_arguments_are_those_of_the_command() -> None:
    order = Order("net", "--odd.onnx", "photos", 60, "0,0,1,0.1", "state")
    words = ["audit", *order.arguments(Path("out")), "--help"]
    done = subprocess.run(
        [sys.executable, "-m", "geoloc_core", *words],
        capture_output=True,
        check=False,
        cwd=PAGE.parents[2],
    )
    assert done.returncode == 0, done.stderr
    assert len({one.out(Path()) for one in (order, Order("net", "net.onnx", "photos"))}) == 2


def test_a_report_of_another_kind_or_none_is_none(tmp_path: Path, audits: Path) -> None:
    assert report_in(tmp_path) is None
    shutil.copy(COMMITTED / "masked.html", tmp_path / "report.html")
    for text in ("", "{}", '{"verdict": {"leak": true}}'):
        (tmp_path / "audit.json").write_text(text)
        assert read_report(tmp_path / "report.html", tmp_path / "audit.json") is None
    (audits / "odd").mkdir(parents=True)
    (audits / "odd" / "order.json").write_text("[]")
    assert orders_of("masked", audits, ["photos"]) == {}


def test_a_list_of_audits_says_each_as_it_was_asked_for() -> None:
    order = Order("net", "net.onnx", "/gone/photos", 60, "0,0.5,1,1", "st\x1bate")
    assert order_words(order) == ", 60 images, region 0,0.5,1,1, classes in st\\x1bate"


def test_the_gist_is_a_sentence_or_two() -> None:
    assert gist("Leak detected. By this. And that.") == ("Leak detected.", "By this.")
    assert gist("Inconclusive.") == ("Inconclusive.", "")
