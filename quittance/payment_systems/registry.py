"""Which payment systems there are and how an account at one is opened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from quittance.payment_systems import stripe
from quittance.payment_systems.port import MisconfiguredError, PaymentSystem, SystemListing

# What a business typed or we stored, by field name; a field with several values holds a list.
Credentials = Mapping[str, str | list[str]]
Opener = Callable[[Credentials, str | None, float], PaymentSystem]
# A sentence for each field that cannot be right, before anything is asked outside.
Checker = Callable[[Credentials], dict[str, str]]

DEFAULT_TIMEOUT_SECONDS = 8.0


@dataclass(frozen=True, slots=True)
class _Entry:
    listing: SystemListing
    opener: Opener
    checker: Checker


_entries: dict[str, _Entry] = {}


def _nothing_to_check(_: Credentials) -> dict[str, str]:
    return {}


def register(listing: SystemListing, opener: Opener, checker: Checker = _nothing_to_check) -> None:
    """Add a payment system; ours are added below, tests add the fake one."""
    _entries[listing.slug] = _Entry(listing, opener, checker)


def unregister(slug: str) -> None:
    """Take one away again; unknown slugs are fine."""
    _entries.pop(slug, None)


def systems() -> tuple[SystemListing, ...]:
    """What the settings page lists, in the sequence in which they were added."""
    return tuple(entry.listing for entry in _entries.values())


def listing(slug: str) -> SystemListing:
    return _entry(slug).listing


def credential_problems(slug: str, credentials: Credentials) -> dict[str, str]:
    """Field name → sentence for the form; empty when the keys may be tried with `check_credentials`."""
    return _entry(slug).checker(credentials)


def open_account(
    slug: str,
    credentials: Credentials,
    base_url: str | None = None,
    *,
    timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS,
) -> PaymentSystem:
    """One account, ready to be asked. `base_url` replaces the system's own address (sandbox only)."""
    return _entry(slug).opener(credentials, base_url, timeout_seconds)


def _entry(slug: str) -> _Entry:
    entry = _entries.get(slug)
    if entry is None:
        raise MisconfiguredError(f"The payment system {slug!r} is not known to this installation.")
    return entry


register(stripe.LISTING, stripe.open_stripe, stripe.credential_problems)
