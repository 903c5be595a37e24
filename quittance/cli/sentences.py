"""What stops a command."""

from __future__ import annotations


class SentenceError(Exception):
    """Said in a sentence with the way to mend it; the command ends with status 2."""
