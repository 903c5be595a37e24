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
from quittance.cli.sentences import SentenceError


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
    except SettingError as error:
        raise SentenceError(f"{error.field}: {error}") from error
    print(f"{business.name} is there. {user.email} can log in now.")
    return 0


def _password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    first = getpass.getpass("Password: ")
    if first != getpass.getpass("The same again: "):
        raise SentenceError("The two passwords differ. Run the command again.")
    return first
