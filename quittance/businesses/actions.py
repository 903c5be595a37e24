"""Every change of businesses, their places and their people. The caller is a flow or the command line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import available_timezones

from babel.core import get_global
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Max
from django.utils.text import slugify
from django.utils.translation import gettext as _

from quittance.businesses.iban import clean_iban
from quittance.businesses.models import Business, Location, Role, RoleAssignment, StaffMember, User
from quittance.businesses.presets import CLIENT, CLIENT_WORDS, Preset
from quittance.businesses.roles import DEFAULT_ROLES
from quittance.core.ids import new_key

_COMPANY_LIMITS: Final = {
    "name": 120, "legal_name": 200, "legal_address": 300, "tax_number": 60, "bank_holder": 120, "iban": 60,
    "refund_policy": 4000, "cancellation_policy": 4000,
}  # fmt: skip
MIN_RECEIPT_YEARS: Final = 1
MAX_RECEIPT_YEARS: Final = 30


class SettingError(ValueError):
    """A value that cannot be; `field` names it and the text says what to type instead."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLocation:
    """Where. Minutes are counted from midnight at the location's wall clock."""

    name: str
    currency: str
    time_zone: str
    country: str
    language: str = "en"
    address: str = ""
    phone: str = ""
    email: str = ""
    prices_include_tax: bool = True
    client_word: str = CLIENT
    names_no_services: bool = False
    link_life_minutes: int | None = None
    opens_minute: int = 8 * 60
    closes_minute: int = 20 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyDetails:
    """What stands on receipts and above `Pay`; None leaves a value as it is."""

    name: str | None = None
    legal_name: str | None = None
    legal_address: str | None = None
    tax_number: str | None = None
    bank_holder: str | None = None
    iban: str | None = None
    refund_policy: str | None = None
    cancellation_policy: str | None = None
    receipt_years: int | None = None


def create_business(*, name: str, slug: str = "") -> Business:
    """A tenant with the default roles; an empty slug is made of the name."""
    clean = required_text("name", name, 120)
    business = Business.objects.create(
        name=clean, slug=_free_slug(slug or slugify(clean)), installation_epoch=new_key()
    )
    Role.objects.bulk_create(
        Role(
            business=business,
            slug=role.slug,
            name=role.name,
            rights=sorted(right.value for right in role.rights),
        )
        for role in DEFAULT_ROLES
    )
    return business


def add_location(*, business: Business, new: NewLocation) -> Location:
    """Raises SettingError for a zone, currency or hours that cannot be."""
    check_place(new)
    last = Location.objects.filter(business=business).aggregate(last=Max("position"))["last"]
    return Location.objects.create(
        business=business,
        name=required_text("name", new.name, 120),
        currency=new.currency,
        time_zone=new.time_zone,
        country=new.country,
        language=new.language,
        address=new.address.strip(),
        phone=new.phone.strip(),
        email=new.email.strip(),
        prices_include_tax=new.prices_include_tax,
        client_word=new.client_word,
        names_no_services=new.names_no_services,
        link_life_minutes=new.link_life_minutes,
        opens_minute=new.opens_minute,
        closes_minute=new.closes_minute,
        position=0 if last is None else last + 1,
    )


def add_staff(*, location: Location, name: str, title: str = "", user: User | None = None) -> StaffMember:
    """A column in the calendar of one location."""
    last = StaffMember.objects.filter(location=location).aggregate(last=Max("position"))["last"]
    return StaffMember.objects.create(
        business_id=location.business_id,
        location=location,
        user=user,
        name=required_text("name", name, 120),
        title=title.strip()[:120],
        position=0 if last is None else last + 1,
    )


def save_staff(*, staff: StaffMember, name: str, title: str) -> None:
    """The card's words. Raises SettingError."""
    staff.name, staff.title = required_text("name", name, 120), title.strip()[:120]
    staff.save(update_fields=["name", "title"])


def place_staff(*, location: Location, staff_ids: Sequence[int]) -> None:
    """The sequence of the calendar's columns; whoever is not named follows in the old sequence."""
    rows = list(StaffMember.objects.filter(business_id=location.business_id, location=location))
    wished = {staff_id: place for place, staff_id in enumerate(staff_ids)}
    rows.sort(key=lambda row: (wished.get(row.pk, len(wished)), row.position, row.pk))
    for place, row in enumerate(rows):
        row.position = place
    StaffMember.objects.bulk_update(rows, ["position"])


def restore_staff(*, staff: StaffMember) -> None:
    staff.archived_at = None
    staff.save(update_fields=["archived_at"])


def archive_staff(*, business_id: int, staff_id: int, now: datetime) -> bool:
    """Leaves the calendar for the days to come; what was booked keeps its name."""
    return bool(
        StaffMember.objects.filter(business_id=business_id, pk=staff_id, archived_at__isnull=True).update(
            archived_at=now
        )
    )


def create_user(*, email: str, name: str, password: str, language: str = "") -> User:
    """Someone who logs in. Raises SettingError naming the field that has to be mended."""
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError as error:
        raise SettingError("email", _("Type an email address, for example ana@salon.example.")) from error
    if User.objects.filter(email=address).exists():
        raise SettingError("email", _("Somebody already logs in with this email address."))
    clean = required_text("name", name, 120)
    try:
        validate_password(password, User(email=address, name=clean))
    except ValidationError as error:
        raise SettingError("password", " ".join(error.messages)) from error
    return User.objects.create_user(address, password, name=clean, language=language)


def set_own_language(*, user: User, language: str) -> None:
    if language and language not in dict(settings.LANGUAGES):
        raise SettingError("language", _("Choose one from the list."))
    user.language = language
    user.save(update_fields=["language"])


def assign_role(*, user: User, business: Business, role_slug: str, location: Location | None = None) -> RoleAssignment:
    """What the user is at one location, or everywhere in the business where none is named; repeatable."""
    if location is not None and location.business_id != business.pk:
        raise SettingError("location", _("This location belongs to another business."))
    role = Role.objects.filter(business=business, slug=role_slug).first()
    if role is None:
        raise SettingError("role", f"This business has no role {role_slug!r}.")
    assignment, _is_new = RoleAssignment.objects.get_or_create(
        business=business, user=user, role=role, location=location
    )
    return assignment


def update_company_details(*, business_id: int, details: CompanyDetails) -> Business:
    """Change what is given and leave the rest; raises Business.DoesNotExist."""
    business = Business.objects.get(pk=business_id)
    changed = []
    for field, limit in _COMPANY_LIMITS.items():
        value: str | None = getattr(details, field)
        if value is None:
            continue
        text = required_text("name", value, 120) if field == "name" else _bounded(field, value, limit)
        if field == "iban" and text:
            try:
                text = clean_iban(text)
            except ValueError as error:
                raise SettingError("iban", str(error)) from None
        if getattr(business, field) != text:
            setattr(business, field, text)
            changed.append(field)
    years = details.receipt_years
    if years is not None and years != business.receipt_years:
        if not MIN_RECEIPT_YEARS <= years <= MAX_RECEIPT_YEARS:
            raise SettingError(
                "receipt_years",
                _("Type a number of years between %(least)s and %(most)s.")
                % {"least": MIN_RECEIPT_YEARS, "most": MAX_RECEIPT_YEARS},
            )
        business.receipt_years = years
        changed.append("receipt_years")
    if changed:
        business.save(update_fields=changed)
    return business


def set_link_life(*, business_id: int, location_id: int, minutes: int | None) -> bool:
    """How long a payment link lives; None is until it is paid. At most a year."""
    if minutes is not None and not 5 <= minutes <= 366 * 24 * 60:
        raise SettingError("link_life_minutes", _("A link lives between 5 minutes and a year, or until it is paid."))
    return bool(Location.objects.filter(business_id=business_id, pk=location_id).update(link_life_minutes=minutes))


def use_preset(*, location: Location, preset: Preset) -> list[str]:
    """The names of what changed. The location is locked by the caller."""
    wanted = {
        "client_word": preset.client_word,
        "link_life_minutes": preset.link_life_minutes,
        "names_no_services": preset.names_no_services,
    }
    changed = [name for name, value in wanted.items() if getattr(location, name) != value]
    for name in changed:
        setattr(location, name, wanted[name])
    location.save(update_fields=changed)
    return changed


def set_refund_policy(
    *, business_id: int, location_id: int, doubled_refund_hours: int | None, late_refund_by_itself: bool
) -> bool:
    """What goes back by itself; None: what was paid twice waits for a person. At most thirty days."""
    if doubled_refund_hours is not None and not 1 <= doubled_refund_hours <= 720:
        raise SettingError("doubled_refund_hours", _("Choose between 1 and 720 hours, or that a person decides."))
    rows = Location.objects.filter(business_id=business_id, pk=location_id)
    return bool(rows.update(doubled_refund_hours=doubled_refund_hours, late_refund_by_itself=late_refund_by_itself))


def check_place(new: NewLocation) -> None:
    """Raises SettingError for a zone, currency or hours that cannot be."""
    if not re.fullmatch(r"[A-Z]{3}", new.currency) or new.currency not in get_global("all_currencies"):
        raise SettingError("currency", _("Type the currency's three letters, for example EUR."))
    if new.time_zone not in available_timezones():
        raise SettingError("time_zone", _("Choose a time zone from the list, for example Europe/Berlin."))
    if not re.fullmatch(r"[A-Z]{2}", new.country):
        raise SettingError("country", _("Type the country's two letters, for example DE."))
    if new.client_word not in CLIENT_WORDS:
        raise SettingError("client_word", _("Choose one from the list."))
    if not 0 <= new.opens_minute < new.closes_minute <= 24 * 60:
        raise SettingError("opens_minute", _("The opening time must be before the closing time."))


def required_text(field: str, text: str, limit: int) -> str:
    clean = _bounded(field, " ".join(text.split()), limit)
    if not clean:
        raise SettingError(field, _("Type a name."))
    return clean


def _bounded(field: str, text: str, limit: int) -> str:
    clean = text.strip()
    if "\x00" in clean:
        raise SettingError(field, _("This holds a character that cannot be stored. Type it anew."))
    if len(clean) > limit:
        raise SettingError(field, _("This is longer than %(limit)s characters. Shorten it.") % {"limit": limit})
    return clean


def _free_slug(wanted: str) -> str:
    base = slugify(wanted)[:50] or "business"
    taken = set(Business.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(
        slug for slug in (base, *(f"{base}-{number}" for number in range(2, len(taken) + 3))) if slug not in taken
    )
