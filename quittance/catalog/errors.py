"""Why the catalog refuses what was typed."""

from __future__ import annotations


class CatalogError(ValueError):
    """What was typed cannot be; `field` names it and the text says what to type instead."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field
