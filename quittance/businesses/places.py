"""Change a location, or take it out of use."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from quittance.businesses.actions import NewLocation, SettingError, check_place, required_text
from quittance.businesses.models import Location

_KEPT = (
    "currency", "time_zone", "country", "language", "prices_include_tax", "client_word", "names_no_services",
    "opens_minute", "closes_minute",
)  # fmt: skip
_TEXTS = {"address": 300, "phone": 32, "email": 254}


def change_location(*, business_id: int, location_id: int, new: NewLocation, is_currency_fixed: bool) -> list[str]:
    """The names of what changed; link life has a page of its own and is left. Raises Location.DoesNotExist."""
    place = Location.objects.select_for_update(no_key=True).get(business_id=business_id, pk=location_id)
    check_place(new)
    if is_currency_fixed and new.currency != place.currency:
        raise SettingError(
            "currency",
            _("Prices and bills here are in %(currency)s. It cannot change any more.") % {"currency": place.currency},
        )
    values: dict[str, object] = {name: getattr(new, name) for name in _KEPT}
    values["name"] = required_text("name", new.name, 120)
    for name, limit in _TEXTS.items():
        text = getattr(new, name).strip()
        if len(text) > limit:
            raise SettingError(name, _("This is longer than %(limit)s characters. Shorten it.") % {"limit": limit})
        values[name] = text
    changed = [name for name, value in values.items() if getattr(place, name) != value]
    for name in changed:
        setattr(place, name, values[name])
    if changed:
        place.save(update_fields=changed)
    return changed


def archive_location(*, business_id: int, location_id: int, now: datetime) -> bool:
    """Out of every list; what happened there stays. The last one stays in use. False where it is archived already."""
    open_ones = Location.objects.filter(business_id=business_id, archived_at__isnull=True)
    if not open_ones.filter(pk=location_id).exists():
        return False
    if open_ones.count() == 1:
        raise SettingError("location", _("A business needs a location. Add another one first."))
    return bool(open_ones.filter(pk=location_id).update(archived_at=now))


def restore_location(*, business_id: int, location_id: int) -> bool:
    rows = Location.objects.filter(business_id=business_id, pk=location_id, archived_at__isnull=False)
    return bool(rows.update(archived_at=None))
