"""Uploads of real visits to a real server: bounded while they arrive, gone after the visitor."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import httpx2
import pytest
from starlette.formparsers import MultiPartParser

from bench.visitor import Visitor, visit
from geoloc_core.models.checkpoint import MOST_VIEWS
from geoloc_core.paths import ASSETS
from pages.common.uploads import BUSY, MOST_FILES, forget_visits, largest_upload
from tests.flow import play
from tests.pages.serve_uploads import MOST_OF_ALL
from tests.patience import LONG

PHOTO = next((ASSETS / "samples").glob("*.jpg")).read_bytes()


@pytest.fixture
def address(served: str) -> str:
    """The server, once it has let go of all that tests before left in it."""
    wait_for(lambda: held(served)["files"] == 0)
    return served


@pytest.fixture(scope="module")
def served() -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "tests.pages.serve_uploads", str(port)]
    address = f"http://127.0.0.1:{port}"
    with subprocess.Popen(command, cwd=ASSETS.parent, stdout=subprocess.DEVNULL) as server:
        try:
            wait_for(lambda: _answers(address) or server.poll() is not None)
            assert server.poll() is None
            yield address
        finally:
            server.kill()


def _answers(address: str) -> bool:
    try:
        return httpx2.get(f"{address}/_stcore/health", timeout=LONG).is_success
    except httpx2.HTTPError:
        return False


def wait_for(happened) -> None:
    end = time.monotonic() + LONG
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.05)


def held(address: str) -> dict[str, int]:
    answer: dict[str, int] = httpx2.get(f"{address}/pata/held", timeout=LONG).json()
    return answer


NOTHING = {"visits": 0, "ended": 0, "files": 0, "photos": 0}


async def put_many(visitor: Visitor, contents: list[bytes]) -> list[int]:
    places = [await visitor.place_for(f"{n}.jpg") for n in range(len(contents))]
    answers = await asyncio.gather(
        *(visitor.put(place, "a.jpg", each) for place, each in zip(places, contents, strict=True))
    )
    assert all(answer.text == BUSY for answer in answers if answer.status_code == 429)
    return [answer.status_code for answer in answers]


def test_a_photo_is_taken_and_its_file_let_go(address: str) -> None:
    async def flow() -> None:
        async with visit(address) as visitor:
            await visitor.run()
            await visitor.upload("mine.jpg", PHOTO)
            assert "In use: mine" in " ".join(
                each.markdown.body for each in visitor.elements["markdown"]
            )
            assert held(address)["files"] == 0

    play(flow())


def test_a_visitor_is_told_of_files_that_were_not_taken(address: str) -> None:
    async def flow() -> None:
        async with visit(address) as visitor:
            for more, words in (
                (0, ""),
                (1, "1 more file was not taken"),
                (3, "3 more files were"),
            ):
                await visitor.run()
                await visitor.upload("mine.jpg", PHOTO, MOST_FILES + more)
                told = [each.alert.body for each in visitor.elements["alert"]]
                assert sum("left out" in each for each in told) == MOST_FILES - MOST_VIEWS
                assert len(told) == MOST_FILES - MOST_VIEWS + bool(more)
                assert words in told[-1]

    play(flow())


def test_a_visit_has_room_for_few_files(address: str) -> None:
    async def flow() -> None:
        async with visit(address) as visitor:
            await visitor.run()
            states = await put_many(visitor, [PHOTO] * 30)
            assert sorted(states) == [204] * MOST_FILES + [429] * (30 - MOST_FILES)
            assert held(address)["files"] == MOST_FILES
            async with visit(address) as other:  # another visitor's room is another
                await other.run()
                assert await put_many(other, [PHOTO]) == [204]

    play(flow())


def test_all_visits_have_room_for_so_many_bytes(address: str) -> None:
    large = bytes(MOST_OF_ALL // 3 - 1000)

    async def flow() -> None:
        async with visit(address) as one, visit(address) as other:
            await one.run()
            await other.run()
            states = await put_many(one, [large] * 2) + await put_many(other, [large] * 2)
            assert sorted(states) == [204, 204, 204, 429]

    play(flow())


def test_what_a_visitor_uploaded_goes_though_no_other_comes(address: str) -> None:
    async def flow() -> None:
        async with visit(address) as visitor:
            await visitor.run()
            await visitor.upload("mine.jpg", PHOTO)
            await put_many(visitor, [PHOTO] * 3)
            assert held(address)["files"] == 3
            assert held(address)["photos"] >= 1

    play(flow())
    wait_for(lambda: held(address) == NOTHING)


def test_an_upload_of_any_size_is_parsed_in_memory() -> None:
    before = MultiPartParser.spool_max_size

    async def flow() -> None:
        async with forget_visits(None):
            assert MultiPartParser.spool_max_size > largest_upload() * 2**20

    try:
        play(flow())
    finally:
        MultiPartParser.spool_max_size = before


def test_a_visit_of_nobody_and_a_forged_one_are_refused(address: str) -> None:
    async def flow() -> None:
        async with visit(address) as visitor:
            await visitor.run()
            place = await visitor.place_for("a.jpg")
            place.upload_url = place.upload_url.replace(visitor.session, "nobody")
            assert (await visitor.put(place, "a.jpg", PHOTO)).status_code == 400
            visitor.token = "forged"
            assert (await visitor.put(place, "a.jpg", PHOTO)).status_code == 403

    play(flow())
