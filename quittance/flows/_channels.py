"""Open a business's channel account: the one place where its keys are decrypted."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext_noop

from quittance.core import http
from quittance.core.secret import UndecipherableError
from quittance.message_channels import registry
from quittance.message_channels.port import MessageChannel, MisconfiguredError
from quittance.messages import queries
from quittance.messages.models import ChannelAccount

_UNREADABLE = gettext_noop("The stored keys of this channel cannot be read. Enter them again.")
_LOCAL_HOSTS = {"localhost", "127.0.0.1", "::1", ""}


# Of a person who waits for the answer at a screen, as for every other call outside from the web.
WEB_LIMIT_SECONDS = http.TIMEOUT_SECONDS


def open_channel(account: ChannelAccount, *, limit_seconds: float | None = None) -> MessageChannel:
    """The channel as this account sees it. MisconfiguredError when its keys cannot be read."""
    try:
        credentials = queries.typed_fields(account)
    except (UndecipherableError, ValueError, AttributeError) as error:
        raise MisconfiguredError(_UNREADABLE) from error
    return registry.open_channel(account.system, credentials, base_url(account.system), limit_seconds=limit_seconds)


def base_url(system: str) -> str | None:
    """Another address than the system's own: only the sandbox's, which production refuses to start with."""
    if system in registry.MAIL_SERVICES:
        root = settings.QUITTANCE_MAIL_SERVICES_API_URL
        return f"{root.rstrip('/')}/{system}" if root else None
    return getattr(settings, f"QUITTANCE_{system.upper()}_API_URL", "") or None


def webhook_address(account: ChannelAccount) -> str:
    """Where the channel reports to; shown in the settings, and signed by the channel to the letter."""
    return f"{settings.QUITTANCE_BASE_URL.rstrip('/')}/inbound/messages/{account.address_token}"


def status_address(account: ChannelAccount, *, key: str) -> str:
    """The webhook address with our key; empty when the channel could not reach this server anyway."""
    host = urlsplit(settings.QUITTANCE_BASE_URL).hostname or ""
    if host in _LOCAL_HOSTS and base_url(account.system) is None:
        return ""
    return f"{webhook_address(account)}?m={key}"
