"""The single looks of the doctor; each yields findings, good ones too."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.models import Model

from quittance.businesses.models import Business
from quittance.config.health import Finding, readiness
from quittance.core import http
from quittance.core.secret import UndecipherableError
from quittance.flows.audit_books import audit_books
from quittance.messages.models import ChannelAccount
from quittance.payments.models import PaymentAccount
from quittance.rows.fields import EncryptedField, key_ring

_PAGE = 1000


def look_at_everything(*, now: datetime, books: bool) -> Iterator[Finding]:
    """From the ground up; without a database or with pending migrations the rest cannot be looked at."""
    yield Finding("settings", ok=True, text=f"Complete, in {settings.QUITTANCE_MODE} mode.")
    grounds = readiness(now=now)
    yield from grounds
    if not all(finding.ok for finding in grounds if finding.name in {"database", "migrations"}):
        return
    yield from look_at_secrets()
    yield look_at_base_url()
    yield from look_at_businesses(now=now)
    if books:
        yield from look_at_books(now=now)


def look_at_secrets() -> Iterator[Finding]:
    """Decrypt every secret at rest: a key that is missing from the ring shows here, not on a payday."""
    ring = key_ring()
    read, lost = 0, []
    for table, column, primary_key in _encrypted_columns():
        for row_id, sealed in _sealed_values(table=table, column=column, primary_key=primary_key):
            try:
                ring.decrypt(sealed)
                read += 1
            except UndecipherableError:
                lost.append(f"{table} {row_id}")
    if lost:
        named = ", ".join(lost[:3])
        yield Finding(
            "secrets",
            ok=False,
            text=f"{len(lost)} secrets cannot be decrypted (first: {named}). Put the old key back at the end of "
            "QUITTANCE_KEY_RING.",
        )
    else:
        yield Finding("secrets", ok=True, text=f"All {read} secrets open with the key ring.")


def _encrypted_columns() -> Iterator[tuple[str, str, str]]:
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, EncryptedField):
                yield model._meta.db_table, str(field.column), _primary_key(model)


def _primary_key(model: type[Model]) -> str:
    return str(model._meta.pk.column)


def _sealed_values(*, table: str, column: str, primary_key: str) -> Iterator[tuple[int, str]]:
    """As they lie in the table: the field itself would stop at the first one that does not open."""
    quote = connection.ops.quote_name
    key, sealed = quote(primary_key), quote(column)
    # The names come from our own models.
    sql = f"SELECT {key}, {sealed} FROM {quote(table)} WHERE {key} > %s AND {sealed} <> '' ORDER BY {key} LIMIT {_PAGE}"  # noqa: S608
    last = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(sql, [last])
            rows = cursor.fetchall()
        yield from rows
        if len(rows) < _PAGE:
            return
        last = rows[-1][0]


def look_at_base_url() -> Finding:
    """Ask ourselves from outside, as clients and payment systems do."""
    base = str(settings.QUITTANCE_BASE_URL)
    mend = "Check QUITTANCE_BASE_URL, DNS and the proxy; links and return pages are built from it."
    try:
        answer = http.call("GET", f"{base}/healthz")
    except (http.OutsideError, ValueError) as error:
        return Finding("base URL", ok=False, text=f"{base} does not answer ({error}). {mend}")
    if answer.status != 200 or b'"status": "ok"' not in answer.body:
        host = urlsplit(base).netloc
        return Finding("base URL", ok=False, text=f"{host} answers {answer.status}, and not as Quittance. {mend}")
    return Finding("base URL", ok=True, text=f"{base} leads here.")


def look_at_businesses(*, now: datetime) -> Iterator[Finding]:
    businesses = list(Business.objects.order_by("pk"))
    if not businesses:
        yield Finding("businesses", ok=False, text="There is none yet. Make the first with `quittance createowner`.")
    for business in businesses:
        yield from _look_at_accounts(business, now=now)
        yield from _look_at_channels(business)


def _look_at_accounts(business: Business, *, now: datetime) -> Iterator[Finding]:
    accounts = list(PaymentAccount.objects.filter(business=business, retired_at__isnull=True).order_by("pk"))
    if not accounts:
        text = f"{business.name} has no payment account. Connect one under Finance, Online payments."
        yield Finding("payments", ok=False, text=text)
    for account in accounts:
        name = f"{business.name}, {account.label or account.system}"
        if account.trouble:
            yield Finding("payments", ok=False, text=f"{name}: {account.trouble}")
        elif account.last_webhook_at is None:
            text = f"{name}: no webhook has come yet. Payments are found by asking, which takes some minutes longer."
            yield Finding("payments", ok=True, text=text)
        else:
            hours = int((now - account.last_webhook_at).total_seconds() // 3600)
            yield Finding("payments", ok=True, text=f"{name}: the last webhook came {_ago(hours)}.")


def _ago(hours: int) -> str:
    if hours < 1:
        return "within the last hour"
    return f"{hours} h ago" if hours < 48 else f"{hours // 24} days ago"


def _look_at_channels(business: Business) -> Iterator[Finding]:
    connected = ChannelAccount.objects.filter(business=business, retired_at__isnull=True, enabled=True)
    found = {account.channel: account for account in connected}
    for channel in ("email", "sms"):
        account = found.get(channel)
        if account is None:
            text = f"{business.name}: {channel} is not connected. Copy and QR work; connect it to send links."
            yield Finding("channels", ok=True, text=text)
        elif _fails(account):
            text = f"{business.name}: {channel} failed last time ({account.last_failure}). Test it in the settings."
            yield Finding("channels", ok=False, text=text)
        else:
            yield Finding("channels", ok=True, text=f"{business.name}: {channel} is connected.")


def _fails(account: ChannelAccount) -> bool:
    failed, succeeded = account.last_failure_at, account.last_success_at
    return failed is not None and (succeeded is None or failed > succeeded)


def look_at_books(*, now: datetime) -> Iterator[Finding]:
    found = audit_books(now=now)
    for one in found:
        yield Finding("books", ok=False, text=str(one))
    if not found:
        yield Finding("books", ok=True, text="Every bill, tender, payment and entry agrees.")
