"""What a user can put right."""

from __future__ import annotations


class UserError(ValueError):
    """Input that cannot be used; the message is the one sentence to show, never a traceback."""
