"""A server on this machine that offers one file, well or badly."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HOST = "127.0.0.1"


@dataclass
class Offer:
    """What the server answers; what it was asked.

    stop_after: bytes after which the connection is cut; ranges: whether it knows ranges; redirect:
    where /file sends to, {} stands for the server's address; says_sha256: of which content.
    """

    content: bytes
    etag: str = '"one"'
    status: int = 200
    kind: str = "application/octet-stream"
    stop_after: int | None = None
    ranges: bool = True
    redirect: str = ""
    says_sha256: bytes | None = None
    says_length: int | None = None
    asked: list[dict[str, str]] = field(default_factory=list)


@contextmanager
def serving(offer: Offer) -> Iterator[str]:
    """The address of a server that makes this offer, which may change meanwhile."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            offer.asked.append(dict(self.headers))
            if offer.redirect and self.path == "/file":
                self.send_response(302)
                self.send_header("Location", offer.redirect.format(*self.server.server_address))
                self._say_sha256()
                self.end_headers()
                return
            content, first = offer.content, 0
            wanted = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
            same = self.headers.get("If-Range") in (None, offer.etag)
            if wanted and offer.ranges and same and offer.status == 200:
                first = int(wanted[1])
                if first >= len(content):
                    self.send_response(416)
                    self.end_headers()
                    return
                self.send_response(206)
                said = f"bytes {first}-{len(content) - 1}/{len(content)}"
                self.send_header("Content-Range", said)
            else:
                self.send_response(offer.status)
            length = offer.says_length or len(content) - first
            self.send_header("Content-Length", str(length))
            self.send_header("Content-Type", offer.kind)
            self.send_header("ETag", offer.etag)
            if not offer.redirect:
                self._say_sha256()
            self.end_headers()
            end = len(content) if offer.stop_after is None else first + offer.stop_after
            self.wfile.write(content[first:end])

        def _say_sha256(self) -> None:
            if offer.says_sha256 is not None:
                said = hashlib.sha256(offer.says_sha256).hexdigest()
                self.send_header("X-Linked-ETag", f'"{said}"')

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer((HOST, 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://{HOST}:{server.server_address[1]}/file"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
