"""The part of the audit about value that clients hold: S10, and that wallets and journal agree."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, F, Max, Q, Sum

from quittance.bills.models import BillLine, JournalEntry, Tender
from quittance.flows._audit_holds import hold_findings
from quittance.flows._audit_returns import Finding
from quittance.flows._value import VALUE_LINES
from quittance.payments.models import Refund
from quittance.wallets.models import Wallet, WalletEntry, WalletHold

_PAGE = 500
_MOVED_BY_BILLS = ("spent", "put_back", "refunded", "credited")


def wallet_findings(scope: Q) -> Iterator[Finding]:
    yield from _balances(scope)
    yield from _holds(scope)
    yield from hold_findings(scope)
    yield from _tenders(scope)
    yield from _journal(scope)
    yield from _sold(scope)
    yield from _tenants(scope)


def _balances(scope: Q) -> Iterator[Finding]:
    """S10: a balance is the sum of its entries, which are numbered without gaps, and never below zero."""
    sums = {
        row["wallet_id"]: row
        for row in WalletEntry.objects.filter(scope)
        .values("wallet_id")
        .annotate(sum=Sum("change"), n=Count("id"), last=Max("serial"))
    }
    for wallet in Wallet.objects.filter(scope).iterator(chunk_size=_PAGE):
        row = sums.get(wallet.pk, {"sum": 0, "n": 0, "last": 0})
        if wallet.balance != row["sum"] or wallet.balance < 0:
            yield Finding("S10", f"wallet {wallet.pk}", f"balance {wallet.balance}, entries {row['sum']}")
        if not wallet.moves == row["n"] == row["last"]:
            text = f"{wallet.moves} moves, {row['n']} entries, the last is number {row['last']}"
            yield Finding("S10", f"wallet {wallet.pk}", text)


def _holds(scope: Q) -> Iterator[Finding]:
    """S10: what is held is what open holds say; a hold that was captured has one entry, one released has none."""
    held = dict(WalletHold.objects.filter(scope, state="held").values_list("wallet_id").annotate(sum=Sum("amount")))
    for wallet in Wallet.objects.filter(scope).filter(Q(held__gt=0) | Q(pk__in=held)):
        if wallet.held != held.get(wallet.pk, 0) or wallet.held > wallet.balance:
            text = f"held {wallet.held} of {wallet.balance}, open holds {held.get(wallet.pk, 0)}"
            yield Finding("S10", f"wallet {wallet.pk}", text)
    entries = dict(
        WalletEntry.objects.filter(scope, hold_id__isnull=False).values_list("hold_id").annotate(sum=-Sum("change"))
    )
    for hold in WalletHold.objects.filter(scope):
        expected = hold.amount if hold.state == "captured" else 0
        if entries.get(hold.pk, 0) != expected:
            yield Finding("S10", f"hold {hold.pk}", f"{hold.state}, but {entries.get(hold.pk, 0)} was spent of it")


def _tenders(scope: Q) -> Iterator[Finding]:
    """S10: what a tender took off its wallet, less what went back to it, is what it still settles."""
    moved = dict(
        WalletEntry.objects.filter(scope, why__in=("spent", "put_back", "refunded"), tender_id__isnull=False)
        .values_list("tender_id")
        .annotate(sum=-Sum("change"))
    )
    for tender in Tender.objects.filter(scope, wallet__isnull=False).iterator(chunk_size=_PAGE):
        kept = 0
        if tender.voided_at is None:
            kept = tender.units - tender.units * tender.returned_minor // tender.amount_minor
        if moved.pop(tender.pk, 0) != kept:
            yield Finding("S10", f"tender {tender.pk}", f"keeps {kept} units, but its wallet says otherwise")
    for tender_id, units in moved.items():
        if units:
            yield Finding("S10", f"tender {tender_id}", f"took {units} units of a wallet and is no tender of value")


def _journal(scope: Q) -> Iterator[Finding]:
    """S1: what bills took from a wallet of money, and gave it, stands in the journal and in its entries alike."""
    journal: dict[str, int] = {}
    entries = JournalEntry.objects.filter(scope)
    for side, sign in (("to_account", 1), ("from_account", -1)):
        rows = entries.filter(**{f"{side}__startswith": "wallet:"}).values_list(side).annotate(sum=Sum("amount_minor"))
        for account, amount in rows:
            journal[account] = journal.get(account, 0) + sign * amount
    moved = dict(
        WalletEntry.objects.filter(scope, why__in=_MOVED_BY_BILLS).values_list("wallet_id").annotate(sum=Sum("change"))
    )
    for wallet in Wallet.objects.filter(scope, unit="money").iterator(chunk_size=_PAGE):
        by_journal, by_entries = journal.get(f"wallet:{wallet.pk}", 0), moved.get(wallet.pk, 0)
        if by_journal != by_entries:
            yield Finding("S1", f"wallet {wallet.pk}", f"journal {by_journal}, entries {by_entries}")


def _sold(scope: Q) -> Iterator[Finding]:
    """G1: what was sold and paid was handed out, once; what stands is what was issued less what was taken back."""
    changed = dict(
        WalletEntry.objects.filter(scope, why__in=("issued", "taken_back"))
        .values_list("wallet_id")
        .annotate(sum=Sum("change"))
    )
    sold = {line.pk: line for line in BillLine.objects.filter(scope, kind__in=VALUE_LINES).select_related("bill")}
    for wallet in Wallet.objects.filter(scope, issued_line_id__isnull=False):
        line = sold.pop(wallet.issued_line_id or 0, None)
        if line is None:
            yield Finding("S10", f"wallet {wallet.pk}", "was handed out for no line")
        if changed.get(wallet.pk, 0) != wallet.standing_units:
            text = f"{wallet.standing_units} units stand, entries say {changed.get(wallet.pk, 0)}"
            yield Finding("S10", f"wallet {wallet.pk}", text)
    for line in sold.values():
        bill = line.bill
        paid = bill.settled_minor + bill.disputed_minor >= bill.total_minor and not bill.price_open
        # What is paid back, or was never paid, hands out nothing.
        if line.removed_at is None and bill.ended_at is None and paid and not bill.refunded_minor:
            yield Finding("S10", f"line {line.pk}", "is paid, and nothing was handed out for it")


def _tenants(scope: Q) -> Iterator[Finding]:
    """S12: wallets and what moves them belong to one business; a sold one to one of its lines."""
    pairs = (
        ("wallet", Wallet.objects.filter(client__isnull=False).exclude(business_id=F("client__business_id"))),
        ("entry", WalletEntry.objects.exclude(business_id=F("wallet__business_id"))),
        ("hold", WalletHold.objects.exclude(business_id=F("wallet__business_id"))),
        ("tender", Tender.objects.filter(wallet__isnull=False).exclude(business_id=F("wallet__business_id"))),
        ("refund", Refund.objects.filter(wallet__isnull=False).exclude(business_id=F("wallet__business_id"))),
    )
    for name, rows in pairs:
        for row in rows.filter(scope)[:_PAGE]:
            yield Finding("S12", f"{name} {row.pk}", "points into another business")
