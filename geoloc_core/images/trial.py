"""A first try at decoding, apart: for a format whose files can say less than they unpack to.

An AVIF file states its size beside the picture, and the decoder believes the picture: 11 kilobytes
that say 96 x 96 pixels can hold 16,000 x 16,000. So another process, which may not take more than
the stated size needs, decodes it first.
"""

from __future__ import annotations

import os
import subprocess
import sys

_PIXEL, _REST = (
    16,
    192 * 2**20,
)  # bytes: a pixel with transparency in 4:4:4, and what is always there
_SECONDS = 30.0

_PROGRAM = """
import io, os, resource, sys
from PIL import AvifImagePlugin, Image
AvifImagePlugin.DEFAULT_MAX_THREADS = 2
Image.MAX_IMAGE_PIXELS = None
data = sys.stdin.buffer.read()
with open("/proc/self/statm") as file:
    taken = int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
most = taken + int(sys.argv[1])
resource.setrlimit(resource.RLIMIT_AS, (most, most))
Image.open(io.BytesIO(data), formats=["AVIF"]).load()
"""


def unpacks_as_stated(data: bytes, pixels: int) -> bool:
    """Whether an AVIF file that states so many pixels is decoded in the memory that those take.

    Takes a tenth of a second and the decoding. Where a process cannot look at its own memory (no
    /proc), True.
    """
    if not os.path.exists("/proc/self/statm"):
        return True
    try:
        tried = subprocess.run(
            [sys.executable, "-I", "-c", _PROGRAM, str(_PIXEL * pixels + _REST)],
            input=data,
            env={**os.environ, "MALLOC_ARENA_MAX": "1"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return False
    return tried.returncode == 0
