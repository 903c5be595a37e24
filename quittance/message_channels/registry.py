"""Which ways to send there are, and how an account at one is opened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Protocol

from quittance.message_channels.mail_services import adapter as mail_services
from quittance.message_channels.port import ChannelListing, MessageChannel, MisconfiguredError
from quittance.message_channels.smtp import adapter as smtp
from quittance.message_channels.twilio import adapter as twilio
from quittance.message_channels.whatsapp import adapter as whatsapp

# What a business typed, by field name.
Credentials = Mapping[str, str]


class Opener(Protocol):
    """`limit_seconds` bounds one check or one message in all; None leaves it to the channel."""

    def __call__(
        self, credentials: Credentials, base_url: str | None, /, *, limit_seconds: float | None = None
    ) -> MessageChannel: ...


# The systems that send email for many, by their API.
MAIL_SERVICES: Final = frozenset(service.slug for service in mail_services.SERVICES)

_openers: dict[str, Opener] = {}
_listings: dict[str, ChannelListing] = {}


def register(listing: ChannelListing, opener: Opener) -> None:
    """Add a way to send; ours are added below, tests add the fake one."""
    _listings[listing.slug] = listing
    _openers[listing.slug] = opener


def unregister(slug: str) -> None:
    """Take one away again; unknown slugs are fine."""
    _listings.pop(slug, None)
    _openers.pop(slug, None)


def listings(channel: str | None = None) -> tuple[ChannelListing, ...]:
    """What the settings page offers, for one channel or for all, in the sequence of their adding."""
    return tuple(one for one in _listings.values() if channel in {None, one.channel})


def listing(slug: str) -> ChannelListing:
    known = _listings.get(slug)
    if known is None:
        raise MisconfiguredError(f"The channel {slug!r} is not known to this installation.")
    return known


def open_channel(
    slug: str, credentials: Credentials, base_url: str | None = None, *, limit_seconds: float | None = None
) -> MessageChannel:
    """One account, ready to send. `base_url` replaces the channel's own address (sandbox only).

    Whoever waits at a screen names `limit_seconds`: the worker may wait longer for a slow mail server than a person.
    """
    listing(slug)
    return _openers[slug](credentials, base_url, limit_seconds=limit_seconds)


register(smtp.LISTING, smtp.open_account)
for _service in mail_services.SERVICES:
    register(_service.listing, mail_services.opener(_service))
register(twilio.LISTING, twilio.open_account)
register(whatsapp.LISTING, whatsapp.open_account)
