"""Accounts: one for each name in a secret key, the same in test and live mode, with books for each mode."""

import hashlib
import re

from quittance.sandbox.clock import Clock
from quittance.sandbox.marks import Marks
from quittance.sandbox.stripe.errors import Json, RefusalError
from quittance.sandbox.stripe.ledger import Books, Site

ACCOUNT_LIMIT = 500
# sk_test_salon, rk_live_salon_2: the name ends at the first underscore, so that a rolled key names the same account.
KEY = re.compile(r"(?P<kind>sk|rk)_(?P<mode>test|live)_(?P<name>[A-Za-z0-9-]{2,40})(?:_[A-Za-z0-9_]{1,80})?")
_NEVER = ("invalid", "wrong", "unknown")


class Directory:
    """Finds or makes the books that a secret key opens."""

    def __init__(self, clock: Clock, marks: Marks) -> None:
        self.clock = clock
        self.marks = marks
        self.site = Site()
        self._books: dict[tuple[str, bool], Books] = {}

    def by_key(self, key: str) -> Books:
        if not key:
            message = "You did not provide an API key. Provide it with Basic or Bearer authorization."
            raise RefusalError(message, status=401)
        if key.startswith("pk_"):
            message = "This API call cannot be made with a publishable API key. Please use a secret API key."
            raise RefusalError(message, status=403, code="secret_key_required")
        found = KEY.fullmatch(key)
        if found is None or found["name"].startswith(_NEVER):
            message = f"Invalid API Key provided: {_masked(key)}"
            raise RefusalError(message, status=401)
        books = self.open(found["name"], live=found["mode"] == "live")
        if key in books.revoked_keys:
            message = f"Expired API Key provided: {_masked(key)}"
            raise RefusalError(message, status=401, code="api_key_expired")
        if len(books.keys_seen) < ACCOUNT_LIMIT:
            books.keys_seen.add(key)
        return books

    def open(self, name: str, *, live: bool = False) -> Books:
        books = self._books.get((name, live))
        if books is None:
            if len(self._books) >= ACCOUNT_LIMIT:
                message = f"The sandbox keeps at most {ACCOUNT_LIMIT} accounts."
                raise RefusalError(message, status=429, code="rate_limit")
            number = "acct_1" + hashlib.sha256(name.encode()).hexdigest()[:15]
            books = Books(name=name, account_id=number, live=live, clock=self.clock, marks=self.marks, site=self.site)
            books.created = books.stamp()
            self._books[name, live] = books
        return books

    def all(self) -> list[Books]:
        return list(self._books.values())

    def holding(self, table: str, key: str) -> Books:
        for books in self._books.values():
            if key in books.table(table):
                return books
        message = f"No such thing in any account: {key}"
        raise RefusalError(message, status=404, code="resource_missing")


def _masked(key: str) -> str:
    return f"{key[:8]}{'*' * 8}{key[-4:]}" if len(key) > 16 else "*" * len(key)


def account_object(books: Books) -> Json:
    return {
        "id": books.account_id,
        "object": "account",
        "business_profile": {
            "mcc": "7230",
            "name": books.title,
            "support_email": None,
            "support_phone": None,
            "url": None,
        },
        "business_type": "company",
        "capabilities": {"card_payments": "active", "sepa_debit_payments": "active", "transfers": "active"},
        "charges_enabled": True,
        "country": books.country,
        "created": books.created,
        "default_currency": books.default_currency,
        "details_submitted": True,
        "email": f"owner@{books.name.lower()}.example",
        "metadata": {},
        "payouts_enabled": True,
        "settings": {
            "branding": {"icon": None, "logo": None, "primary_color": None, "secondary_color": None},
            "card_payments": {"statement_descriptor_prefix": None},
            "dashboard": {"display_name": books.title, "timezone": "Europe/Berlin"},
            "payments": {"statement_descriptor": None},
        },
        "type": "standard",
    }
