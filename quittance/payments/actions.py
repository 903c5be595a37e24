"""Every change of links and payments. The caller is a flow that holds the bill's row lock."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce, Least

from quittance.bills.models import Bill
from quittance.core.ids import new_token
from quittance.core.money import Money
from quittance.payment_systems.port import Checkout, NewPayment, PaymentReport, Reference
from quittance.payments.models import Payment, PaymentAccount, PaymentLink, PaymentReference
from quittance.payments.requests import encode
from quittance.rows.fields import key_ring

LOCK_MINUTES = 15
PAGE_MINUTES = 60
# A page with less than this left is ended and opened anew, so that nobody types a card against the clock.
RENEW_UNDER_MINUTES = 5
# So long after the press its stored request may still open the page for a client. Later the page is half over or over,
# and payment systems open none that lives less than half an hour.
REPEAT_MINUTES = 25
FIRST_QUESTION_SECONDS = 20


class ForeignReferenceError(Exception):
    """Their id is already stored with another payment of ours: two payments cannot be one."""


@dataclass(frozen=True, slots=True)
class Ask:
    """What a link asks for: all that is due, or an amount."""

    kind: str = "all"
    amount: Money | None = None


def create_link(
    *, bill: Bill, ask: Ask, expires_at: datetime | None, created_by_id: int | None, now: datetime
) -> PaymentLink:
    """A new live link; the database refuses a second one for the bill."""
    token = new_token()
    return PaymentLink.objects.create(
        business_id=bill.business_id,
        location_id=bill.location_id,
        bill=bill,
        token=token,
        token_mac=key_ring().mac(token),
        ask=ask.kind,
        ask_minor=ask.amount.minor if ask.amount else None,
        created_at=now,
        created_by_id=created_by_id,
        expires_at=expires_at,
    )


def close_link(*, link: PaymentLink, reason: str, now: datetime) -> bool:
    """Close for ever (`paid`, `expired`, `cancelled`, `replaced`); False when it was closed before."""
    changed = PaymentLink.objects.filter(pk=link.pk, closed_at__isnull=True).update(closed_at=now, closed_reason=reason)
    if changed:
        link.closed_at, link.closed_reason = now, reason
    return bool(changed)


def expire_link(*, link: PaymentLink, now: datetime) -> bool:
    """Its life ends at this moment, or ended before by the clock; False when it was closed before."""
    changed = PaymentLink.objects.filter(pk=link.pk, closed_at__isnull=True).update(
        closed_at=now, closed_reason="expired", expires_at=Least(Coalesce("expires_at", now), now)
    )
    if changed:
        link.refresh_from_db()
    return bool(changed)


def set_link_end(*, link: PaymentLink, expires_at: datetime | None, now: datetime) -> bool:
    """Only of a link that takes money now: what has run out never comes back."""
    live = PaymentLink.objects.filter(pk=link.pk, closed_at__isnull=True)
    changed = live.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=now)).update(expires_at=expires_at)
    if changed:
        link.expires_at = expires_at
    return bool(changed)


def close_expired(*, expired_before: datetime, limit: int, now: datetime) -> int:
    """Close links by the clock, save those by which a payment is still under way; returns how many."""
    under_way = Payment.objects.filter(link_id=OuterRef("pk")).exclude(state__in=Payment.FINAL)
    open_links = PaymentLink.objects.filter(closed_at__isnull=True, expires_at__lte=expired_before)
    ids = list(open_links.exclude(Exists(under_way)).order_by("expires_at").values_list("pk", flat=True)[:limit])
    still = PaymentLink.objects.filter(pk__in=ids, closed_at__isnull=True, expires_at__lte=expired_before)
    return still.update(closed_at=now, closed_reason="expired")


def mark_link_sent(*, business_id: int, link_id: int, now: datetime) -> bool:
    """The first time counts; sending again does not move it."""
    return bool(
        PaymentLink.objects.filter(business_id=business_id, pk=link_id, sent_at__isnull=True).update(sent_at=now)
    )


def mark_link_accessed(*, link_id: int, now: datetime) -> bool:
    return bool(PaymentLink.objects.filter(pk=link_id, accessed_at__isnull=True).update(accessed_at=now))


def set_link_language(*, link_id: int, language: str) -> None:
    """Chosen on its page. Beside the address: the way back from the payment system stays the same to the letter."""
    PaymentLink.objects.filter(pk=link_id, closed_at__isnull=True).exclude(language=language).update(language=language)


def mark_webhook_seen(*, account_id: int, now: datetime) -> None:
    """When the account was last heard of; written at most once a minute, so that it is no hot row."""
    PaymentAccount.objects.filter(pk=account_id).filter(
        Q(last_webhook_at__isnull=True) | Q(last_webhook_at__lt=now - timedelta(minutes=1))
    ).update(last_webhook_at=now)


def lock_account(*, account_id: int) -> PaymentAccount:
    """After every other lock; nobody who only refers to the account waits for it."""
    return PaymentAccount.objects.select_for_update(no_key=True, of=("self",)).get(pk=account_id)


def note_trouble(*, account_id: int, trouble: str) -> None:
    """What is wrong with the account in a sentence; empty when it answers again."""
    PaymentAccount.objects.filter(pk=account_id).exclude(trouble=trouble).update(trouble=trouble[:200])


def create_payment(
    *, bill: Bill, link: PaymentLink, account: PaymentAccount, new: NewPayment, now: datetime
) -> Payment:
    """The intent, written before the payment system is called. One payable payment per bill."""
    return Payment.objects.create(
        business_id=bill.business_id,
        bill=bill,
        link=link,
        account=account,
        amount_minor=new.amount.minor,
        currency=new.amount.currency,
        bill_version=bill.version,
        key=new.key,
        request=encode(new),
        started_at=now,
        locked_until=now + timedelta(minutes=LOCK_MINUTES),
        expires_at=new.expires_at,
        next_attempt_at=now + timedelta(seconds=30),
    )


def lock_payment(*, business_id: int, payment_id: int) -> Payment:
    return Payment.objects.select_for_update(no_key=True, of=("self",)).get(business_id=business_id, pk=payment_id)


def store_references(*, payment: Payment, references: Iterable[Reference]) -> None:
    """Keep their ids; raises ForeignReferenceError when one belongs to another payment."""
    known = {
        (row.kind, row.value): row.payment_id
        for row in PaymentReference.objects.filter(
            account_id=payment.account_id, value__in=[item.value for item in references]
        )
    }
    for item in references:
        owner = known.get((item.kind, item.value))
        if owner is None:
            PaymentReference.objects.create(
                business_id=payment.business_id,
                account_id=payment.account_id,
                payment=payment,
                kind=item.kind,
                value=item.value,
            )
        elif owner != payment.pk:
            raise ForeignReferenceError(f"{item.kind} belongs to payment {owner}, not {payment.pk}")


def mark_open(*, payment: Payment, checkout: Checkout, now: datetime) -> bool:
    """The page exists: keep its ids and address. False when the payment has left `creating` before."""
    store_references(payment=payment, references=checkout.references)
    due_at = now if payment.superseded_at else now + timedelta(seconds=FIRST_QUESTION_SECONDS)
    changed = Payment.objects.filter(pk=payment.pk, state="creating").update(
        state="open",
        unknown_since=None,
        address=checkout.address,
        expires_at=checkout.expires_at,
        next_attempt_at=due_at,
    )
    payment.refresh_from_db()
    return bool(changed)


def mark_unknown(*, payment: Payment, now: datetime) -> None:
    """No usable answer: pending, asked about again by the worker."""
    if payment.unknown_since is None:
        payment.unknown_since = now
        payment.save(update_fields=["unknown_since"])


def mark_end_unknown(*, payment_id: int, now: datetime) -> None:
    """An open page was told to end and nobody answered: ask at once, and show its address to nobody before."""
    Payment.objects.filter(pk=payment_id, state="open").update(unknown_since=now, next_attempt_at=now)


def mark_seen_open(*, payment: Payment) -> None:
    """The payment system says that the page is open: what was unknown about it is known."""
    if payment.state == "open" and payment.unknown_since is not None:
        payment.unknown_since = None
        payment.save(update_fields=["unknown_since"])


def mark_final(*, payment: Payment, state: str, now: datetime, decline_reason: str = "") -> bool:
    """failed, expired or ended, from any state but a final one; False when it was final before."""
    changed = (
        Payment.objects.filter(pk=payment.pk)
        .exclude(state__in=Payment.FINAL)
        .update(
            state=state,
            final_at=now,
            unknown_since=None,
            next_attempt_at=None,
            decline_reason=(decline_reason or payment.decline_reason)[:200],
        )
    )
    payment.refresh_from_db()
    return bool(changed)


def mark_processing(*, payment: Payment) -> bool:
    """The client agreed and the money is on its way; a page believed ended can still turn out so.

    Such a page was no longer asked about: its end, which is near or past, makes it due again.
    """
    changed = (
        Payment.objects.filter(pk=payment.pk)
        .exclude(state__in=("paid", "processing"))
        .update(
            state="processing",
            final_at=None,
            unknown_since=None,
            next_attempt_at=Coalesce(F("next_attempt_at"), F("expires_at")),
        )
    )
    payment.refresh_from_db()
    return bool(changed)


def mark_paid(*, payment: Payment, report: PaymentReport, now: datetime) -> bool:
    """Money that moved wins: from any other state, once."""
    if report.captured is None or not report.captured.is_positive:
        raise ValueError("a paid payment has captured money")
    changed = (
        Payment.objects.filter(pk=payment.pk)
        .exclude(state="paid")
        .update(
            state="paid",
            final_at=now,
            unknown_since=None,
            next_attempt_at=None,
            captured_minor=report.captured.minor,
            captured_currency=report.captured.currency,
        )
    )
    payment.refresh_from_db()
    return bool(changed)


def note_report(*, payment: Payment, report: PaymentReport, asked_no: int) -> None:
    """What the report tells besides the state; the number keeps older answers out."""
    payment.applied_no = asked_no
    payment.method = report.method[:40] or payment.method
    payment.method_detail = report.method_detail[:80] or payment.method_detail
    payment.decline_reason = report.decline_reason[:200] or payment.decline_reason
    if report.fee is not None:
        payment.fee_minor, payment.fee_currency = report.fee.minor, report.fee.currency
    payment.save(
        update_fields=[
            "applied_no",
            "method",
            "method_detail",
            "decline_reason",
            "fee_minor",
            "fee_currency",
        ]
    )


def next_question_number(*, payment_id: int) -> int:
    """Counted before asking, so that answers can be told apart by the order of the questions."""
    Payment.objects.filter(pk=payment_id).update(asked_no=F("asked_no") + 1)
    return Payment.objects.values_list("asked_no", flat=True).get(pk=payment_id)


def renew_lock(*, payment: Payment, now: datetime) -> None:
    """`Pay` again keeps the visit for the client, never past the page's own end."""
    until = min(now + timedelta(minutes=LOCK_MINUTES), payment.expires_at)
    if until > payment.locked_until:
        payment.locked_until = until
        payment.save(update_fields=["locked_until"])


def supersede(*, payment: Payment, now: datetime) -> None:
    """Free the bill's place; the worker ends the page and keeps asking until it is sure."""
    Payment.objects.filter(pk=payment.pk, superseded_at__isnull=True).update(superseded_at=now, next_attempt_at=now)
    payment.refresh_from_db()


def ask_now(*, payment_id: int, now: datetime) -> None:
    """Set a payment that is not final due at once (a return page was opened)."""
    Payment.objects.filter(pk=payment_id).exclude(state__in=Payment.FINAL).filter(
        Q(next_attempt_at__isnull=True) | Q(next_attempt_at__gt=now)
    ).update(next_attempt_at=now)
