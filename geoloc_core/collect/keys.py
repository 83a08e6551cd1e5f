"""Keys of photo services, from the environment: never from the command line, which others see."""

from __future__ import annotations

import os
import re

from geoloc_core.collect.asking import CollectError

_KEY = re.compile(r"[!-~]{1,1000}")


def key_in(variable: str, where: str) -> str:
    """The key in an environment variable. Raises `CollectError` where there is none.

    where: the address at which its user gets one.
    """
    key = os.environ.get(variable, "").strip()
    if not key:
        raise CollectError(f"Put your key into the environment variable {variable}: see {where}.")
    if not _KEY.fullmatch(key):
        raise CollectError(f"What is in {variable} is no key: it holds blanks or odd letters.")
    return key
