"""What is known of links and payments. Every query takes the business, save the two lookups by secret."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from django.db.models import Exists, F, OuterRef, Sum

from quittance.bills.models import Bill
from quittance.bills.queries import facts
from quittance.catalog.models import GiftCardType
from quittance.core.money import Money
from quittance.payment_systems.port import Reference, References
from quittance.payments.models import (
    Payment,
    PaymentAccount,
    PaymentLink,
    PaymentMethodSetting,
    PaymentReference,
    Refund,
)
from quittance.payments.status import (
    PaymentState,
    asked_now,
    is_payable_payment,
    visit_status,
)
from quittance.rows.fields import key_ring
from quittance.wallets.models import OF_CLIENT, Wallet

LINKS_METHOD = "payment_links"
TOKEN_LENGTH = 22


def link_by_token(token: str, *, with_value: bool = False) -> PaymentLink | None:
    """The link of a token; every token that is not one of ours gives None in the same way.

    `with_value` also reads whether gift cards are sold here, and whether the client has points and the like: as
    `sells_gift_cards` and `client_has_value`, in the same statement.
    """
    if len(token) != TOKEN_LENGTH:
        return None
    links = PaymentLink.objects.select_related("bill", "bill__location", "bill__client", "business")
    if with_value:
        cards = GiftCardType.objects.filter(business_id=OuterRef("business_id"))
        own = Wallet.objects.filter(
            business_id=OuterRef("business_id"),
            client_id=OuterRef("bill__client_id"),
            kind__in=OF_CLIENT,
            balance__gt=F("held"),
        )
        links = links.annotate(sells_gift_cards=Exists(cards), client_has_value=Exists(own))
    try:
        return links.get(token_mac=key_ring().mac(token))
    except PaymentLink.DoesNotExist:
        return None


def live_link_of(bill: Bill) -> PaymentLink | None:
    """The one link of the bill that is not closed; it may have expired by the clock."""
    return PaymentLink.objects.filter(business_id=bill.business_id, bill_id=bill.pk, closed_at__isnull=True).first()


def links_of(bill: Bill) -> list[PaymentLink]:
    return list(PaymentLink.objects.filter(business_id=bill.business_id, bill_id=bill.pk).order_by("id"))


def link_by_id(*, business_id: int, link_id: int) -> PaymentLink:
    """Raises PaymentLink.DoesNotExist, also for a link of another business."""
    return PaymentLink.objects.get(business_id=business_id, pk=link_id)


def payments_of(bill: Bill) -> list[Payment]:
    """All attempts, oldest first; the stored requests stay encrypted in the table."""
    rows = Payment.objects.filter(business_id=bill.business_id, bill_id=bill.pk).select_related("account")
    return sorted(rows, key=attrgetter("pk"))


def payable_payment_of(bill: Bill) -> Payment | None:
    """The one payment that holds the bill's place, if any."""
    return Payment.objects.filter(
        business_id=bill.business_id,
        bill_id=bill.pk,
        state__in=Payment.LIVE,
        superseded_at__isnull=True,
    ).first()


def processing_minor(bill: Bill) -> int:
    """Minor units on their way: agreed to by the client, not yet sure, with the value that waits beside them."""
    rows = Payment.objects.filter(business_id=bill.business_id, bill_id=bill.pk, state="processing")
    return rows.aggregate(sum=Sum(F("amount_minor") + F("value_minor")))["sum"] or 0


def payment_ids_by_references(*, account_id: int, references: Iterable[Reference]) -> list[int]:
    """Every payment that any of their ids belongs to; only ids that we stored count."""
    wanted = {(reference.kind, reference.value) for reference in references}
    rows = PaymentReference.objects.filter(account_id=account_id, value__in={value for _, value in wanted})
    found = {row.payment_id for row in rows if (row.kind, row.value) in wanted}
    return sorted(found)


def left_to_refund(refund: Refund) -> Money:
    """What the payment system still holds of this payment, as far as it has told: in the money that it took.

    A refund that it has not spoken of is not counted, `refund` itself never.
    """
    payment = refund.payment
    if payment is None or payment.captured_minor is None:
        return Money(0, refund.currency)
    told = Refund.objects.filter(
        business_id=refund.business_id, payment=payment, reference__isnull=False, currency=payment.captured_currency
    )
    gone = told.exclude(pk=refund.pk).exclude(state="failed").aggregate(sum=Sum("amount_minor"))["sum"] or 0
    return Money(payment.captured_minor - gone, payment.captured_currency)


def references_of(payment: Payment) -> References:
    rows = PaymentReference.objects.filter(payment=payment).order_by("id")
    return References(tuple(Reference(kind=row.kind, value=row.value) for row in rows))  # type: ignore[arg-type]  # the column holds ReferenceKind values only


def account_by_id(*, business_id: int, account_id: int) -> PaymentAccount:
    """Raises PaymentAccount.DoesNotExist, also for an account of another business."""
    return PaymentAccount.objects.get(business_id=business_id, pk=account_id)


def account_by_address(*, system: str, address_token: str) -> PaymentAccount | None:
    """The account whose webhook address this is."""
    return PaymentAccount.objects.filter(system=system, address_token=address_token).first()


def accounts_of(business_id: int) -> list[PaymentAccount]:
    return list(PaymentAccount.objects.filter(business_id=business_id, retired_at__isnull=True).order_by("id"))


def method_setting(*, business_id: int, method: str = LINKS_METHOD) -> PaymentMethodSetting | None:
    return PaymentMethodSetting.objects.filter(business_id=business_id, method=method).select_related("account").first()


@dataclass(frozen=True, slots=True)
class LinkUse:
    """What one link brought, in money and value: paid, and on its way."""

    paid: Money
    processing: Money


def link_use(*, link: PaymentLink, payments: Sequence[Payment], currency: str) -> LinkUse:
    """Computed from the bill's payments in memory; money of another currency settles nothing."""
    own = [payment for payment in payments if payment.link_id == link.pk]
    paid = sum(
        payment.captured_minor or 0
        for payment in own
        if payment.state == "paid" and payment.captured_currency == currency
    )
    processing = sum(payment.amount_minor + payment.value_minor for payment in own if payment.state == "processing")
    return LinkUse(paid=Money(paid + link.value_minor, currency), processing=Money(processing, currency))


def ask_of(*, link: PaymentLink, state: PaymentState, payments: Sequence[Payment]) -> Money:
    """What the link's page asks now; zero when there is nothing to pay by it."""
    use = link_use(link=link, payments=payments, currency=state.facts.total.currency)
    return asked_now(link=link, payable=state.payable, used_by_link=use.paid + use.processing)


def state_of(bill: Bill, *, now: datetime, payments: Sequence[Payment], link_sent: bool) -> PaymentState:
    """The bill's state from rows in memory; `link_sent`: its link that is not closed was sent."""
    bill_facts = facts(bill)
    processing = Money(
        sum(payment.amount_minor + payment.value_minor for payment in payments if payment.state == "processing"),
        bill.currency,
    )
    paying = next(
        (payment for payment in payments if is_payable_payment(payment) and payment.expires_at > now),
        None,
    )
    return PaymentState(
        status=visit_status(
            facts=bill_facts,
            processing=processing,
            is_being_paid=paying is not None and paying.locked_until > now,
            link_sent=link_sent,
        ),
        facts=bill_facts,
        processing=processing,
        paying=paying,
        link_sent=link_sent,
    )


def payment_states(*, business_id: int, bill_ids: Iterable[int], now: datetime) -> dict[int, PaymentState]:
    """The states of many bills in three queries; bills of other businesses are left out."""
    found = Bill.objects.filter(business_id=business_id, pk__in=list(bill_ids))
    return states_of(business_id=business_id, bills=found, now=now)


def states_of(*, business_id: int, bills: Iterable[Bill], now: datetime) -> dict[int, PaymentState]:
    """The same for bills that are loaded already: two queries."""
    by_id = {bill.pk: bill for bill in bills}
    payments: dict[int, list[Payment]] = {}
    live = Payment.objects.filter(
        business_id=business_id, bill_id__in=by_id, state__in=("creating", "open", "processing")
    ).defer("request", "address")
    for payment in live:
        payments.setdefault(payment.bill_id, []).append(payment)
    sent = PaymentLink.objects.filter(
        business_id=business_id, bill_id__in=by_id, closed_at__isnull=True, sent_at__isnull=False
    )
    sent_ids = set(sent.values_list("bill_id", flat=True))
    return {
        bill_id: state_of(bill, now=now, payments=payments.get(bill_id, []), link_sent=bill_id in sent_ids)
        for bill_id, bill in by_id.items()
    }


def refunds_to_wallets(*, business_id: int, refund_ids: Sequence[int]) -> set[int]:
    """Those whose money became value that the client holds, or whose value went back to where it came from."""
    if not refund_ids:
        return set()
    rows = Refund.objects.filter(business_id=business_id, pk__in=refund_ids, wallet__isnull=False)
    return set(rows.values_list("pk", flat=True))
