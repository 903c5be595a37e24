"""The first business of an installation and its owner."""

from __future__ import annotations

import argparse
import getpass
import sys

from django.db import transaction

from quittance.businesses.actions import (
    NewLocation,
    SettingError,
    add_location,
    assign_role,
    create_business,
    create_user,
)
from quittance.businesses.first_owner import is_empty, new_code
from quittance.businesses.models import Business
from quittance.cli.sentences import SentenceError
from quittance.core import clock


def create_owner(options: argparse.Namespace) -> int:
    """Ask for the password (or read it from a pipe), then write everything or nothing."""
    password = _password()
    try:
        with transaction.atomic():
            business = create_business(name=options.business)
            place = NewLocation(
                name=options.location or options.business,
                currency=options.currency.upper(),
                time_zone=options.time_zone,
                country=options.country.upper(),
            )
            add_location(business=business, new=place)
            user = create_user(email=options.email, name=options.name, password=password)
            assign_role(user=user, business=business, role_slug="owner")
            Business.objects.filter(pk=business.pk).update(first_steps_shown=True)
    except SettingError as error:
        raise SentenceError(f"{error.field}: {error}") from error
    print(f"{business.name} is there. {user.email} can log in now.")
    return 0


def set_up_code(_options: argparse.Namespace) -> int:
    """Print where to go and what to type there; only while nobody can log in."""
    from django.conf import settings

    if not is_empty():
        raise SentenceError("Somebody can log in already. Ask an owner to invite you, or run quittance createowner.")
    code = new_code(now=clock.now())
    print(f"Open {settings.QUITTANCE_BASE_URL}/accounts/set-up/ and type this code within an hour:")
    print(code)
    return 0


def _password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    first = getpass.getpass("Password: ")
    if first != getpass.getpass("The same again: "):
        raise SentenceError("The two passwords differ. Run the command again.")
    return first
