"""What the audit trail says in words. An action without words is shown as it is stored, never left out."""

from __future__ import annotations

from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from quittance.audit.models import AuditEntry
from quittance.businesses.roles import RIGHT_LABELS
from quittance.core.money import Money
from quittance.desk.visits.banner import money_text

# Grouped as the filter offers them.
ACTIONS: Final[dict[str | Promise, dict[str, str | Promise]]] = {
    lazy("Visits"): {
        "visit.booked": lazy("Visit booked"),
        "visit.moved": lazy("Visit moved"),
        "visit.status_set": lazy("Status of the visit set"),
        "visit.note_set": lazy("Note changed"),
        "visit.client_chosen": lazy("Client of the visit chosen"),
        "visit.cancelled": lazy("Visit cancelled"),
        "visit.series_booked": lazy("Series of visits booked"),
        "visit.sale_opened": lazy("Sale opened"),
        "line.added": lazy("Line added"),
        "line.changed": lazy("Line changed"),
        "line.removed": lazy("Line removed"),
    },
    lazy("Money"): {
        "tender.cash": lazy("Cash taken"),
        "tender.card_terminal": lazy("Card terminal payment taken"),
        "tender.bank_transfer": lazy("Bank transfer taken"),
        "tender.gift_card": lazy("Paid with a gift card"),
        "tender.membership": lazy("Paid with a membership"),
        "tender.points": lazy("Paid with points"),
        "tender.cashback": lazy("Paid with cashback"),
        "tender.credit": lazy("Paid with credit"),
        "tender.voided": lazy("Payment voided"),
        "day.closed": lazy("Day closed"),
        "cash.moved": lazy("Cash moved by hand"),
        "cash.taken_back": lazy("Cash moved by hand, taken back"),
        "payment.started": lazy("Online payment begun"),
        "payment.paid": lazy("Paid online"),
        "payment.processing": lazy("Online payment processing"),
        "payment.failed": lazy("Online payment failed"),
        "payment.expired": lazy("Payment page expired"),
        "payment.ended": lazy("Payment page ended"),
        "payment.stopped": lazy("Payment stopped at the desk"),
        "refund.requested": lazy("Refund asked for"),
        "refund.pending": lazy("Refund on its way"),
        "refund.succeeded": lazy("Refunded"),
        "refund.failed": lazy("Refund failed"),
        "dispute.opened": lazy("Dispute opened"),
        "dispute.won": lazy("Dispute won"),
        "dispute.lost": lazy("Dispute lost"),
        "case.refund": lazy("Money case: refund decided"),
        "case.keep": lazy("Money case: kept"),
        "case.hold": lazy("Money case: held"),
        "case.unhold": lazy("Money case: released"),
        "case.close": lazy("Money case closed"),
        "case.retry": lazy("Money case: refund tried again"),
        "case.write_off": lazy("Money case: written off"),
        "case.ask_again": lazy("Money case: asked again"),
    },
    lazy("Links and messages"): {
        "link.made": lazy("Payment link made"),
        "link.send": lazy("Payment link sent"),
        "link.send_undone": lazy("Sending undone"),
        "link.accessed": lazy("Payment link opened"),
        "link.cancelled": lazy("Payment link ended"),
        "client.unsubscribed": lazy("Client wants no more reminders by email"),
        "client.subscribed": lazy("Client wants reminders by email again"),
        "client.complained": lazy("Client reported an email as unwanted"),
        "client.refusal_lifted": lazy("Address that refused messages is tried again"),
        "link.extended": lazy("Payment link given another end"),
        "link.expired": lazy("Payment link expired at once"),
        "link.renewed": lazy("New payment link asked for by the client"),
        "link.call_back": lazy("Message asked for when online payment works again"),
        "pay_desk.shown": lazy("Visit shown at a desk QR"),
        "pay_desk.taken_off": lazy("Visit taken off a desk QR"),
        "pay_desk.said_yes": lazy("Client said yes at a desk QR"),
        "pay_desk.code_fitted": lazy("Client typed the code from the SMS at a desk QR"),
        "client.opted_out": lazy("Client wants no more messages"),
        "client.opted_in": lazy("Client wants messages again"),
    },
    lazy("Clients"): {
        "client.created": lazy("Client card made"),
        "client.changed": lazy("Client card changed"),
        "client.consent": lazy("Consent written down"),
        "client.merged": lazy("Two client cards made one"),
        "client.exported": lazy("Copy of a client card made"),
        "client.erased": lazy("Client erased"),
        "receipts.names_replaced": lazy("Names taken off old receipts"),
        "clients.imported": lazy("Clients imported"),
    },
    lazy("Catalog"): {
        "catalog.arranged": lazy("Sequence changed"),
        "category.created": lazy("Category made"),
        "category.changed": lazy("Category changed"),
        "stock.corrected": lazy("Stock counted"),
        "tax_rate.created": lazy("Tax rate added"),
        "tax_rate.changed": lazy("Tax rate changed"),
        "tax_rate.archived": lazy("Tax rate archived"),
        "tax_rate.restored": lazy("Tax rate in use again"),
        "taxation_system.created": lazy("Taxation system added"),
        "taxation_system.changed": lazy("Taxation system renamed"),
        "taxation_system.archived": lazy("Taxation system archived"),
        "taxation_system.restored": lazy("Taxation system in use again"),
    },
    lazy("Staff and hours"): {
        "photo.set": lazy("Photo set"),
        "photo.removed": lazy("Photo taken away"),
        "staff.added": lazy("Staff member added"),
        "staff.saved": lazy("Staff card changed"),
        "staff.placed": lazy("Sequence of staff changed"),
        "staff.archived": lazy("Staff member archived"),
        "staff.restored": lazy("Staff member back"),
        "hours.week_set": lazy("Hours of the week set"),
        "hours.days_set": lazy("Other hours set"),
        "hours.day_dropped": lazy("Other hours removed"),
    },
    lazy("People"): {
        "person.invited": lazy("Person invited"),
        "person.invitation_revoked": lazy("Invitation revoked"),
        "person.joined": lazy("Invitation accepted"),
        "person.deactivated": lazy("Log-in switched off"),
        "person.reactivated": lazy("Log-in switched on"),
        "person.sign_ins_ended": lazy("All sign-ins ended"),
        "person.switched": lazy("Switched to by PIN"),
        "pin.set": lazy("PIN set"),
        "computer.shared": lazy("Computer shared"),
        "computer.ended": lazy("Computer shared no more"),
        "second_factor.turned_on": lazy("Two-factor sign-in turned on"),
        "second_factor.turned_off": lazy("Two-factor sign-in turned off"),
        "second_factor.codes_renewed": lazy("Recovery codes renewed"),
        "second_factor.reset": lazy("Two-factor sign-in reset"),
        "passkey.added": lazy("Passkey added"),
        "passkey.renamed": lazy("Passkey renamed"),
        "person.language": lazy("Own language chosen"),
        "passkey.removed": lazy("Passkey removed"),
        "passkey.copy_refused": lazy("Copy of a passkey refused"),
        "role.given": lazy("Role given"),
        "role.taken": lazy("Role taken away"),
        "role.made": lazy("Role made"),
        "role.changed": lazy("Role changed"),
    },
    lazy("Settings"): {
        "business.made": lazy("Business made"),
        "demo.made": lazy("Demo data made"),
        "first_steps.put_away": lazy("First steps put away"),
        "company.changed": lazy("Company details changed"),
        "location.added": lazy("Location added"),
        "location.changed": lazy("Location changed"),
        "location.archived": lazy("Location archived"),
        "location.restored": lazy("Location in use again"),
        "payment_account.connected": lazy("Payment account connected or its keys changed"),
        "payment_account.retired": lazy("Payment account retired"),
        "payment_method.account_chosen": lazy("Payment account chosen"),
        "payment_method.switched_on": lazy("Payment links switched on"),
        "payment_method.switched_off": lazy("Payment links switched off"),
        "channel.connected": lazy("Channel connected"),
        "channel.disconnected": lazy("Channel disconnected"),
        "channel.switched_on": lazy("Channel switched on"),
        "channel.switched_off": lazy("Channel switched off"),
        "notification.set": lazy("Notification changed"),
        "reminders.set": lazy("Reminders changed"),
        "reminders.stopped": lazy("Reminders of a link stopped"),
        "reminders.started": lazy("Reminders of a link started again"),
        "online_payment.set": lazy("Online payment status set"),
        "online_payment.rule_set": lazy("Rule of online payment statuses set"),
        "look.changed": lazy("Look of client pages changed"),
        "message.resent": lazy("Message sent again"),
        "template.saved": lazy("Text of a message written"),
        "template.reset": lazy("Text of a message set back"),
        "link_life.set": lazy("Link life changed"),
        "pay_desk.added": lazy("Desk with a QR code added"),
        "pay_desk.renamed": lazy("Desk with a QR code renamed"),
        "pay_desk.new_code": lazy("New QR code made for a desk"),
        "pay_desk.archived": lazy("Desk with a QR code archived"),
        "refund_policy.set": lazy("What goes back by itself changed"),
        "work.retried": lazy("Failed work tried again"),
    },
}
_WORDS: Final = {name: words for group in ACTIONS.values() for name, words in group.items()}
_KINDS: Final[dict[str, str | Promise]] = {
    "visit": lazy("Visit"),
    "bill": lazy("Bill"),
    "tender": lazy("Tender"),
    "link": lazy("Link"),
    "payment": lazy("Payment"),
    "refund": lazy("Refund"),
    "dispute": lazy("Dispute"),
    "case": lazy("Money case"),
    "closing": lazy("Day closing"),
    "cash_move": lazy("Cash by hand"),
    "client": lazy("Client"),
    "staff": lazy("Staff member"),
    "service": lazy("Service"),
    "product": lazy("Product"),
    "category": lazy("Category"),
    "tax_rate": lazy("Tax rate"),
    "taxation_system": lazy("Taxation system"),
    "person": lazy("Person"),
    "role": lazy("Role"),
    "invitation": lazy("Invitation"),
    "computer": lazy("Computer"),
    "location": lazy("Location"),
    "business": lazy("Business"),
    "payment_account": lazy("Payment account"),
    "pay_desk": lazy("Desk"),
    "channel_account": lazy("Channel"),
    "notification": lazy("Notification"),
    "template": lazy("Text of a message"),
    "message": lazy("Message"),
}
ACTORS: Final[dict[str, str | Promise]] = {
    "client": lazy("A client"),
    "system": lazy("Quittance itself"),
    "payment_system": lazy("The payment system"),
    "message_channel": lazy("A message channel"),
}
_FIELDS: Final[dict[str, str | Promise]] = {
    "requires_second_factor": lazy("two-factor sign-in required"),
    "minutes": lazy("minutes"),
    "reason": lazy("reason"),
    "decision": lazy("decision"),
    "channel": lazy("channel"),
    "type": lazy("type"),
    "doubled_refund_hours": lazy("hours"),
    "status": lazy("status"),
    "rule": lazy("rule"),
    "late_refund_by_itself": lazy("late money goes back by itself"),
}


def known_actions() -> frozenset[str]:
    return frozenset(_WORDS)


def action_words(action: str) -> str:
    return str(_WORDS.get(action, action))


def subject_words(entry: AuditEntry) -> str:
    kind = str(_KINDS.get(entry.subject_kind, entry.subject_kind.replace("_", " ")))
    return f"{kind} {entry.subject_id}" if entry.subject_id is not None else kind


def kind_choices() -> list[tuple[str, str]]:
    return [(kind, str(words)) for kind, words in _KINDS.items()]


def detail_words(entry: AuditEntry, *, currency: str, roles: dict[int, str]) -> str:
    """Amounts, roles and rights in words; what is only of use to a machine is left out."""
    detail: dict[str, Any] = entry.detail
    parts = []
    amount = detail.get("amount_minor")
    if isinstance(amount, int) and currency:
        parts.append(money_text(Money(amount, str(detail.get("currency") or currency))))
    difference = detail.get("difference_minor")
    if isinstance(difference, int) and difference and currency:
        parts.append(_("difference: %(amount)s") % {"amount": money_text(Money(difference, currency))})
    if isinstance(detail.get("role"), int):
        parts.append(roles.get(detail["role"], _("a role that is no more")))
    labels = {right.value: _(label) for right, label in RIGHT_LABELS.items()}
    for key, sign in (("added", "+"), ("removed", "−")):
        parts += [f"{sign} {labels.get(one, one)}" for one in detail.get(key, ()) if isinstance(one, str)]
    parts += [one.replace("_", " ") for one in detail.get("fields", ()) if isinstance(one, str)]
    for key, label in _FIELDS.items():
        value = detail.get(key)
        if isinstance(value, bool):
            parts.append(f"{label}: {_('yes') if value else _('no')}")
        elif isinstance(value, (str, int)) and value != "":
            parts.append(f"{label}: {value}")
    return " · ".join(parts)
