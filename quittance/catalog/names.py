"""Names as people type them, as the catalog keeps them."""

from __future__ import annotations

from quittance.catalog.errors import CatalogError


def clean_name(text: str, *, limit: int = 160) -> str:
    """Without what PostgreSQL cannot store and without double spaces. Raises CatalogError for the field `name`."""
    clean = " ".join(text.replace("\0", "").split())
    if not clean:
        raise CatalogError("name", "Type a name.")
    if len(clean) > limit:
        raise CatalogError("name", f"This name is longer than {limit} characters. Shorten it.")
    return clean
