"""The one table of status words: what a state is called, its colour and its icon, on every screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Tone = Literal["paid", "waiting", "progress", "alert", "refunded", "neutral"]


@dataclass(frozen=True, slots=True)
class StatusLook:
    """How one state is shown; colour never stands alone, so there is always an icon and a word."""

    label: str | Promise
    tone: Tone
    icon: str


_BOTH: Final = {
    "being_paid": StatusLook(_("being paid"), "progress", "smartphone"),
    "processing": StatusLook(_("processing"), "progress", "hourglass"),
    "part_paid": StatusLook(_("part paid"), "waiting", "coins"),
    "paid": StatusLook(_("paid"), "paid", "circle-check"),
    "cancelled": StatusLook(_("cancelled"), "neutral", "ban"),
}

_REFUNDED: Final = StatusLook(_("refunded"), "refunded", "undo-2")
_DISPUTED: Final = StatusLook(_("disputed"), "alert", "flag")

VISIT: Final = {
    **_BOTH,
    "unpaid": StatusLook(_("unpaid"), "waiting", "circle-dashed"),
    "link_sent": StatusLook(_("link sent"), "waiting", "send"),
    "price_open": StatusLook(_("price open"), "waiting", "tag"),
    "overpaid": StatusLook(_("overpaid"), "alert", "scale"),
    "refunded": _REFUNDED,
    "disputed": _DISPUTED,
    "nothing_due": StatusLook(_("nothing due"), "neutral", "check"),
}

LINK: Final = {
    **_BOTH,
    "created": StatusLook(_("created"), "neutral", "link"),
    "sent": StatusLook(_("sent"), "waiting", "send"),
    "accessed": StatusLook(_("accessed"), "waiting", "eye"),
    "expired": StatusLook(_("expired"), "neutral", "clock"),
    "replaced": StatusLook(_("replaced"), "neutral", "replace"),
}

APPOINTMENT: Final = {
    "held": StatusLook(_("held"), "waiting", "hourglass"),
    "booked": StatusLook(_("booked"), "neutral", "calendar-days"),
    "waiting": StatusLook(_("waiting"), "waiting", "clock"),
    "arrived": StatusLook(_("arrived"), "progress", "user-check"),
    "done": StatusLook(_("done"), "paid", "check"),
    "no_show": StatusLook(_("no-show"), "alert", "circle-slash"),
    "cancelled": StatusLook(_("cancelled"), "neutral", "ban"),
    "released": StatusLook(_("released"), "neutral", "calendar-off"),
}

MESSAGE: Final = {
    "queued": StatusLook(_("queued"), "neutral", "clock"),
    "calling": StatusLook(_("sending"), "progress", "send"),
    "sent": StatusLook(_("sent"), "waiting", "send"),
    "delivered": StatusLook(_("delivered"), "paid", "check"),
    "failed": StatusLook(_("failed"), "alert", "circle-x"),
    "dropped": StatusLook(_("not sent"), "neutral", "ban"),
    "unknown": StatusLook(_("not known yet"), "waiting", "circle-help"),
}

PAYMENT: Final = {
    "creating": StatusLook(_("starting"), "progress", "hourglass"),
    "open": StatusLook(_("page open"), "progress", "smartphone"),
    "processing": _BOTH["processing"],
    "paid": _BOTH["paid"],
    "failed": StatusLook(_("failed"), "alert", "circle-x"),
    "expired": StatusLook(_("expired"), "neutral", "clock"),
    "ended": StatusLook(_("ended"), "neutral", "ban"),
}

REFUND: Final = {
    "requested": StatusLook(_("asked for"), "progress", "hourglass"),
    "pending": StatusLook(_("on its way"), "progress", "hourglass"),
    "succeeded": _REFUNDED,
    "failed": StatusLook(_("failed"), "alert", "circle-x"),
}

DISPUTE: Final = {
    "open": _DISPUTED,
    "won": StatusLook(_("dispute won"), "paid", "circle-check"),
    "lost": StatusLook(_("dispute lost"), "alert", "flag"),
}

CASE: Final = {
    "open": StatusLook(_("needs you"), "alert", "triangle-alert"),
    "by_itself": StatusLook(_("by itself"), "waiting", "clock"),
    "done": StatusLook(_("done"), "paid", "check"),
}

KINDS: Final = {
    "visit": VISIT,
    "link": LINK,
    "appointment": APPOINTMENT,
    "message": MESSAGE,
    "payment": PAYMENT,
    "refund": REFUND,
    "dispute": DISPUTE,
    "case": CASE,
}


def look_of(status: str, *, kind: str = "visit") -> StatusLook:
    """The look of a state; `part paid`, `part-paid` and `part_paid` are the same word.

    A word that is not in the table is a mistake of ours: KeyError, so that a test meets it first.
    """
    return KINDS[kind][str(status).replace(" ", "_").replace("-", "_")]
