"""The mark for a sentence that a floor without Django keeps in English, and a face says in the reader's language."""

from __future__ import annotations


def gettext_noop(text: str) -> str:
    """The same text. It gets into the catalog of the desk by this name; whoever shows it looks it up with `_()`."""
    return text
