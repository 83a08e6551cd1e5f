"""Servers on this machine that answer as the photo services do, faults included."""

from __future__ import annotations

import io
import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
from PIL import Image

from geoloc_core.collect.asking import Asker
from geoloc_core.geography.grid import Grid
from geoloc_core.geography.grid_choice import parse_grid

HOST = "127.0.0.1"


@dataclass
class Answer:
    """One answer; cut: bytes of the content after which the connection ends."""

    content: bytes
    kind: str = "application/json; charset=utf-8"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut: int | None = None


def said(value: Any, **more: Any) -> Answer:
    return Answer(json.dumps(value).encode(), **more)


def cut(kind: str) -> Answer:
    """An answer whose connection ends in the middle."""
    return Answer(b'{"half": 1, "more": 2}', kind, cut=8)


@dataclass
class Asked:
    """A request; target: its path and query as they came."""

    target: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]


@dataclass
class Service:
    """What was asked, in order; `faults` are answered first, one each request that they match.

    A fault is a regular expression for the beginning of a path, and the answer to the next request
    that it fits.
    """

    answer: Callable[[Asked], Answer]
    asked: list[Asked] = field(default_factory=list)
    faults: list[tuple[str, Answer]] = field(default_factory=list)
    url: str = ""

    def paths(self) -> list[str]:
        return [each.path for each in self.asked]

    def respond(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        for number, (path, answer) in enumerate(self.faults):
            if re.match(path, asked.path):
                del self.faults[number]
                return answer
        return self.answer(asked)


@contextmanager
def serving(service: Service) -> Iterator[Service]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            answer = service.respond(Asked(self.path, parts.path, query, dict(self.headers)))
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.kind)
            self.send_header("Content-Length", str(len(answer.content)))
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.content[: answer.cut])
            self.close_connection = True

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer((HOST, 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    service.url = f"http://{HOST}:{server.server_port}"
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()


def asker(budget: int = 1000, waits: list[float] | None = None) -> Asker:
    """One that asks this machine, and writes its waits down instead of waiting."""
    heard: list[float] = [] if waits is None else waits
    return Asker("Test", budget, gap=0.5, plain_host=HOST, sleep=heard.append, clock=lambda: 0.0)


def photograph(number: int, kind: str = "JPEG", size: tuple[int, int] = (32, 24)) -> bytes:
    """A small image with something on it, each number another."""
    pixels = np.random.default_rng(number).integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, kind)
    return out.getvalue()


def image(number: int) -> Answer:
    return Answer(photograph(number), "image/jpeg")


def grey() -> Answer:
    out = io.BytesIO()
    picture = Image.new("RGB", (640, 640), (228, 227, 223))
    picture.paste((90, 90, 90), (200, 310, 440, 326))  # the words on it
    picture.save(out, "JPEG")
    return Answer(out.getvalue(), "image/jpeg")


WEB_PAGE = Answer(b"<!doctype html><title>Log in</title>", "text/html; charset=utf-8")


@cache
def two_cells() -> Grid:
    """Squares of one degree of the mainland, two of them alone."""
    grid = parse_grid("square:3", lambda: [])
    return Grid("two", [grid.cells[20], grid.cells[27]])
