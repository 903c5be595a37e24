"""Names as people type them, as the catalog keeps them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from quittance.catalog.errors import CatalogError


def clean_name(text: str, *, limit: int = 160) -> str:
    """Without what PostgreSQL cannot store and without double spaces. Raises CatalogError for the field `name`."""
    clean = " ".join(text.replace("\0", "").split())
    if not clean:
        raise CatalogError("name", _("Type a name."))
    if len(clean) > limit:
        raise CatalogError("name", _("This name is longer than %(limit)s characters. Shorten it.") % {"limit": limit})
    return clean
