"""A Stripe account's keys: what the form asks, how to see that they are right, and their shape in memory."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from quittance.core.secret import Secret
from quittance.core.words import gettext_noop as _
from quittance.payment_systems.port import CredentialField, MisconfiguredError, SystemListing

# Everything that may change a payment. An account may send more: what is not ours is answered and left alone.
WEBHOOK_EVENTS = (
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "checkout.session.expired",
    "payment_intent.succeeded",
    "payment_intent.payment_failed",
    "payment_intent.processing",
    "payment_intent.canceled",
    "charge.succeeded",
    "charge.refunded",
    "refund.created",
    "refund.updated",
    "refund.failed",
    "charge.dispute.created",
    "charge.dispute.updated",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated",
    "charge.dispute.closed",
)

LISTING = SystemListing(
    slug="stripe",
    name="Stripe",
    fields=(
        CredentialField(
            name="publishable_key",
            label=_("Publishable key"),
            help=_("In the Stripe dashboard under Developers, API keys. It begins with pk_."),
            placeholder="pk_live_…",
            secret=False,
        ),
        CredentialField(
            name="secret_key",
            label=_("Secret key"),
            help=_("On the same page. It begins with sk_, or with rk_ when you made a restricted key."),
            placeholder="sk_live_…",
        ),
        CredentialField(
            name="signing_secrets",
            label=_("Signing secret of the webhook"),
            help=_("Stripe shows it after you add the webhook address. While you change it, keep both, one per line."),
            placeholder="whsec_…",
            several=True,
        ),
    ),
    webhook_events=WEBHOOK_EVENTS,
    fee_note=_("Stripe's own fee applies"),
)

_PUBLISHABLE = re.compile(r"pk_(live|test)_[A-Za-z0-9_]{4,250}\Z")
_SECRET = re.compile(r"[sr]k_(live|test)_[A-Za-z0-9_]{4,250}\Z")
_SIGNING = re.compile(r"whsec_[A-Za-z0-9_+/=]{4,250}\Z")
MAX_SIGNING_SECRETS = 5


@dataclass(frozen=True, slots=True)
class StripeCredentials:
    publishable_key: str
    secret_key: Secret
    signing_secrets: tuple[Secret, ...]

    @property
    def live(self) -> bool:
        return "_live_" in self.secret_key.reveal()


def read_credentials(given: Mapping[str, str | list[str]]) -> StripeCredentials:
    """From what we stored. Signing secrets may be missing: then every webhook is refused."""
    secret_key = _text(given, "secret_key")
    if not _SECRET.match(secret_key):
        raise MisconfiguredError(_("The secret key of this Stripe account is missing or not a Stripe key."))
    return StripeCredentials(
        publishable_key=_text(given, "publishable_key"),
        secret_key=Secret(secret_key),
        signing_secrets=tuple(Secret(line) for line in _lines(given, "signing_secrets")),
    )


def credential_problems(given: Mapping[str, str | list[str]]) -> dict[str, str]:
    """A sentence for each field that cannot be right; empty when all may be tried."""
    problems = {
        "publishable_key": _publishable_problem(_text(given, "publishable_key")),
        "secret_key": _secret_problem(_text(given, "secret_key")),
        "signing_secrets": _signing_problem(_lines(given, "signing_secrets")),
    }
    found = {name: sentence for name, sentence in problems.items() if sentence}
    if not found and _mode(given, "publishable_key") != _mode(given, "secret_key"):
        found["secret_key"] = (
            f"This key is for {_mode(given, 'secret_key')} payments and the publishable key for "
            f"{_mode(given, 'publishable_key')} payments. Copy both from the same page."
        )
    return found


def _publishable_problem(key: str) -> str:
    if not key:
        return _("Copy the publishable key from Stripe. It begins with pk_.")
    if key.startswith(("sk_", "rk_")):
        return _("This is a secret key. The publishable key begins with pk_.")
    if not _PUBLISHABLE.match(key):
        return _("This is not a whole publishable key. It begins with pk_live_ or pk_test_ and has no spaces.")
    return ""


def _secret_problem(key: str) -> str:
    if not key:
        return _("Copy the secret key from Stripe. It begins with sk_ or rk_.")
    if key.startswith("pk_"):
        return _("This is the publishable key. The secret key begins with sk_ or rk_.")
    if key.startswith("whsec_"):
        return _("This is the signing secret of the webhook. The secret key begins with sk_ or rk_.")
    if not _SECRET.match(key):
        return _("This is not a whole secret key. It begins with sk_live_, sk_test_, rk_live_ or rk_test_.")
    return ""


def _signing_problem(secrets: list[str]) -> str:
    if not secrets:
        return _("Copy the signing secret from Stripe. Without it no message from Stripe can be trusted.")
    if len(secrets) > MAX_SIGNING_SECRETS:
        return f"Keep at most {MAX_SIGNING_SECRETS} signing secrets. Remove those that Stripe no longer uses."
    if not all(_SIGNING.match(secret) for secret in secrets):
        return _("A signing secret begins with whsec_. Write one per line.")
    return ""


def _text(given: Mapping[str, str | list[str]], name: str) -> str:
    value = given.get(name, "")
    return (value if isinstance(value, str) else "".join(value[:1])).strip()


def _lines(given: Mapping[str, str | list[str]], name: str) -> list[str]:
    value = given.get(name, "")
    lines = value.split() if isinstance(value, str) else value
    return [line.strip() for line in lines if line.strip()]


def _mode(given: Mapping[str, str | list[str]], name: str) -> str:
    return "live" if "_live_" in _text(given, name) else "test"
