"""Which payment systems there are and how an account at one is opened."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from quittance.payment_systems.port import MisconfiguredError, PaymentSystem, SystemListing

# What a business typed or we stored, by field name; a field with several values holds a list.
Credentials = Mapping[str, str | list[str]]
Opener = Callable[[Credentials, str | None, float], PaymentSystem]

DEFAULT_TIMEOUT_SECONDS = 8.0

_openers: dict[str, Opener] = {}
_listings: dict[str, SystemListing] = {}


def register(listing: SystemListing, opener: Opener) -> None:
    """Add a payment system; ours are added below, tests add the fake one."""
    _listings[listing.slug] = listing
    _openers[listing.slug] = opener


def unregister(slug: str) -> None:
    """Take one away again; unknown slugs are fine."""
    _listings.pop(slug, None)
    _openers.pop(slug, None)


def systems() -> tuple[SystemListing, ...]:
    """What the settings page lists, in the sequence in which they were added."""
    return tuple(_listings.values())


def open_account(
    slug: str,
    credentials: Credentials,
    base_url: str | None = None,
    *,
    timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS,
) -> PaymentSystem:
    """One account, ready to be asked. `base_url` replaces the system's own address (sandbox only)."""
    opener = _openers.get(slug)
    if opener is None:
        raise MisconfiguredError(f"The payment system {slug!r} is not known to this installation.")
    return opener(credentials, base_url, timeout_seconds)
