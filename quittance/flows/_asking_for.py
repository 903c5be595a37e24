"""What exactly is asked of the payment system when a client presses `Pay`."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext, override

from quittance.bills import queries as bill_queries
from quittance.bills.models import Bill
from quittance.bills.neutral import name_for_clients
from quittance.core.ids import new_key
from quittance.core.locale_format import format_date
from quittance.core.money import Money
from quittance.payment_systems.port import CheckoutLine, NewPayment
from quittance.payments.actions import PAGE_MINUTES
from quittance.payments.models import PaymentAccount, PaymentLink


def link_address(token: str, *rest: str) -> str:
    """The public address of a link, built from the configured base address and nothing else."""
    return "/".join([settings.QUITTANCE_BASE_URL.rstrip("/"), "p", token, *rest])


def new_payment(*, bill: Bill, link: PaymentLink, account: PaymentAccount, amount: Money, now: datetime) -> NewPayment:
    """The request, complete, so that it can be stored and repeated to the letter."""
    language = link.language or client_language(bill)
    token = link.token.reveal()
    key = new_key()
    with override(language):
        description = gettext("%(business)s, visit on %(date)s") % {
            "business": bill.business.name,
            "date": format_date(bill.service_date, language),
        }
    return NewPayment(
        key=key,
        amount=amount,
        lines=_lines(bill, amount, description, language),
        description=description,
        locale=language,
        client_email=_email(bill),
        expires_at=(now + timedelta(minutes=PAGE_MINUTES)).replace(microsecond=0),
        return_url=link_address(token, "return"),
        back_url=link_address(token),
        metadata={
            "account": account.address_token,
            "epoch": bill.business.installation_epoch,
            "key": key,
        },
    )


def client_language(bill: Bill) -> str:
    return (bill.client.language if bill.client else "") or bill.location.language


def _email(bill: Bill) -> str:
    if bill.client is None:
        return ""
    point = bill.client.contact_points.filter(kind="email").order_by("position", "id").first()
    return point.value if point else ""


def _lines(bill: Bill, amount: Money, description: str, language: str) -> tuple[CheckoutLine, ...]:
    """The bill's lines when all of it is asked; one line that names the visit when a part is."""
    lines = [line for line in bill_queries.lines_of(bill) if line.gross_minor]
    if sum(line.gross_minor for line in lines) != amount.minor:
        return (CheckoutLine(name=description, quantity=1, amount=amount),)
    return tuple(
        CheckoutLine(
            name=name_for_clients(line, location=bill.location, language=language),
            quantity=line.quantity,
            amount=Money(line.gross_minor, bill.currency),
            tax_name=line.tax_name,
            tax_minor=line.tax_minor,
        )
        for line in lines
    )
