"""Memory that is free is given back to the system, where the C library can be asked to (glibc).

Each run of a page is a thread, and threads share few arenas: memory freed in one of many others
would stay with the process.
"""

from __future__ import annotations

import ctypes
import gc
from contextlib import suppress
from functools import cache
from typing import Any

_ARENAS = 2
_M_ARENA_MAX = -8  # malloc.h of glibc


def keep_memory_small() -> None:
    """Let this process have few arenas; to be called before it starts threads."""
    with suppress(AttributeError, TypeError):
        _c_library().mallopt(_M_ARENA_MAX, _ARENAS)


def give_back() -> None:
    """Let go of what is no longer used, and give it back."""
    gc.collect()  # parts of a visit refer to each other
    with suppress(AttributeError, TypeError):
        _c_library().malloc_trim(0)


@cache
def _c_library() -> Any:
    return ctypes.CDLL(None)
