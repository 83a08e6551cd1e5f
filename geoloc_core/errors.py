"""What a user can put right."""

from __future__ import annotations

import errno


class UserError(ValueError):
    """Input that cannot be used; the message is the one sentence to show, never a traceback."""


def is_full(error: OSError) -> bool:
    """Whether a file could not be written for lack of room."""
    return error.errno in (errno.ENOSPC, errno.EDQUOT)


def in_words(error: OSError) -> str:
    """A file or folder that cannot be read or written, in a sentence."""
    name = str(error.filename) if error.filename else "A file"
    if is_full(error):
        return (
            f"The disk is full: {name} could not be written. Make room and give the same command "
            "again: what is written already stays."
        )
    return f"{name} cannot be used: {error.strerror}."
