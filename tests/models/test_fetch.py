"""A download from a server on this machine: whole, resumed, refused."""

from __future__ import annotations

import fcntl
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from geoloc_core.files import file_sha256
from geoloc_core.models.downloads import Download, DownloadError, partial_file, recorded_sha256
from geoloc_core.models.fetch import fetch
from tests.models.file_server import HOST, Offer, serving

CONTENT = np.random.default_rng(0).bytes(3_000_000)
OTHER = np.random.default_rng(1).bytes(3_000_000)
CUT = 1_500_000


def get(url: str, folder: Path, seen: list[tuple[int, int]] | None = None) -> Path:
    heard = [] if seen is None else seen
    return fetch(
        Download("model.onnx", url, len(CONTENT), "MIT"),
        folder,
        lambda done, size: heard.append((done, size)),
        plain_host=HOST,
    )


def refusal(url: str, folder: Path) -> str:
    with pytest.raises(DownloadError) as refused:
        get(url, folder)
    assert not (folder / "model.onnx").exists()
    said = str(refused.value)
    assert said.count("\n") == 0
    return said


def test_a_file_comes_whole_and_its_sha256_is_written_down(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    with serving(Offer(CONTENT, says_sha256=CONTENT)) as url:
        path = get(url, tmp_path / "new", seen)
    assert path.read_bytes() == CONTENT
    assert recorded_sha256(path) == file_sha256(path)
    assert sorted(each.name for each in path.parent.iterdir()) == ["model.onnx", "model.onnx.json"]
    assert seen[0] == (0, len(CONTENT))
    assert seen[-1] == (len(CONTENT), len(CONTENT))
    assert seen == sorted(seen)


def test_a_cut_download_goes_on_where_it_stopped(tmp_path: Path) -> None:
    offer = Offer(CONTENT, stop_after=CUT)
    with serving(offer) as url:
        assert "goes on where it stopped" in refusal(url, tmp_path)
        had = partial_file(tmp_path / "model.onnx").stat().st_size
        assert 0 < had <= CUT
        offer.stop_after = None
        seen: list[tuple[int, int]] = []
        assert get(url, tmp_path, seen).read_bytes() == CONTENT
    assert offer.asked[1]["Range"] == f"bytes={had}-"
    assert offer.asked[1]["If-Range"] == offer.etag
    assert seen[0] == (had, len(CONTENT))


@pytest.mark.parametrize(
    "changed",
    [
        {"ranges": False},
        {"etag": '"two"', "content": OTHER},
        {"etag": '"two"', "content": OTHER, "ranges": False},
        {"etag": 'W/"two"', "content": OTHER},
        {"content": OTHER[:-100_000]},  # the same ETag, another size
    ],
    ids=["no ranges", "another file", "another, no ranges", "weak ETag", "another size"],
)
def test_a_part_is_begun_anew_where_it_cannot_be_gone_on_with(
    tmp_path: Path, changed: dict
) -> None:
    offer = Offer(CONTENT, stop_after=CUT)
    with serving(offer) as url:
        refusal(url, tmp_path)
        vars(offer).update({"stop_after": None} | changed)
        assert get(url, tmp_path).read_bytes() == offer.content


def test_a_part_that_is_too_long_is_begun_anew(tmp_path: Path) -> None:
    offer = Offer(CONTENT, stop_after=CUT)
    with serving(offer) as url:
        refusal(url, tmp_path)
        offer.stop_after = None
        with partial_file(tmp_path / "model.onnx").open("ab") as file:
            file.write(CONTENT)
        assert get(url, tmp_path).read_bytes() == CONTENT


@pytest.mark.parametrize("etag", ["", 'W/"one"'])
def test_a_part_of_an_unknown_version_is_begun_anew(tmp_path: Path, etag: str) -> None:
    part = partial_file(tmp_path / "model.onnx")
    part.write_bytes(OTHER[:1000])
    offer = Offer(CONTENT)
    with serving(offer) as url:
        part.with_name(part.name + ".json").write_text(json.dumps({"etag": etag, "size": 3}))
        assert get(url, tmp_path).read_bytes() == CONTENT
    assert "Range" not in offer.asked[0]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"says_sha256": OTHER}, "another sha256"),
        ({"kind": "text/html; charset=utf-8"}, "web page instead of model.onnx"),
        ({"content": b"\n <!doctype html>" + CONTENT[14:]}, "web page instead of model.onnx"),
        ({"status": 404}, "no file at http://127.0.0.1"),
        ({"status": 503}, "status 503"),
        ({"content": CONTENT[:1000]}, "another file"),
        ({"redirect": "http://localhost:{1}/elsewhere"}, "without https"),
        ({"redirect": "ftp://{0}/elsewhere"}, "without https"),
        ({"redirect": "/file"}, "in a circle"),
    ],
)
def test_what_is_not_the_file_is_refused_in_a_sentence(
    tmp_path: Path, changed: dict, words: str
) -> None:
    with serving(replace(Offer(CONTENT), **changed)) as url:
        assert words in refusal(url, tmp_path)


def test_a_redirect_is_followed_and_its_sha256_counts(tmp_path: Path) -> None:
    offer = Offer(CONTENT, redirect="/elsewhere", says_sha256=CONTENT)
    with serving(offer) as url:
        assert get(url, tmp_path).read_bytes() == CONTENT
        (tmp_path / "model.onnx").unlink()
        offer.says_sha256 = OTHER
        assert "another sha256" in refusal(url, tmp_path)
        assert not partial_file(tmp_path / "model.onnx").exists()


def test_only_https_is_asked(tmp_path: Path) -> None:
    offer = Offer(CONTENT)
    with serving(offer) as url, pytest.raises(DownloadError, match="without https"):
        fetch(Download("model.onnx", url, 3, "MIT"), tmp_path, lambda done, size: None)
    assert offer.asked == []


def test_a_full_disk_is_seen_beforehand(tmp_path: Path) -> None:
    huge = 10**17
    with serving(Offer(CONTENT, says_length=huge)) as url:
        download = Download("model.onnx", url, huge, "MIT")
        with pytest.raises(DownloadError, match="make room"):
            fetch(download, tmp_path, lambda done, size: None, plain_host=HOST)


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "cannot be written" in refusal("https://127.0.0.1:1/", tmp_path / "file" / "folder")


def test_no_server_is_said(tmp_path: Path) -> None:
    assert "127.0.0.1 failed" in refusal("http://127.0.0.1:1/file", tmp_path)


def test_two_downloads_do_not_mix(tmp_path: Path) -> None:
    with partial_file(tmp_path / "model.onnx").open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert "being downloaded already" in refusal("http://127.0.0.1:1/file", tmp_path)
