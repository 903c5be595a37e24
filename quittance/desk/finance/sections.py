"""The pages of Finance, for those who may see each."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from quittance.core.actor import Right
from quittance.desk.access import Desk
from quittance.desk.cases import case_places, open_cases
from quittance.desk.shell import page_context
from quittance.ui.shell import Tab

Section = Literal["cases", "links", "day_closing", "online_payments"]


def finance_context(request: HttpRequest, desk: Desk, *, current: Section) -> dict[str, Any]:
    """The frame of a page of Finance; what waits is counted once."""
    waiting = open_cases(desk)
    return {
        **page_context(request, desk, section="finance", cases=waiting),
        "sections": _tabs(desk, current, waiting),
        "open_cases": waiting,
    }


def _tabs(desk: Desk, current: Section, waiting: int) -> list[Tab]:
    tabs = []
    if case_places(desk):
        url = reverse("desk:money_cases")
        tabs.append(Tab(_("Money cases"), url, current=current == "cases", count=waiting or None))
    if desk.may(Right.SEE_FINANCE):
        tabs.append(Tab(_("Payments by link"), reverse("desk:links"), current=current == "links"))
    if desk.may(Right.CLOSE_DAY) or desk.may(Right.SEE_FINANCE):
        tabs.append(Tab(_("Day closing"), reverse("desk:day_closing"), current=current == "day_closing"))
    if desk.may(Right.SEE_FINANCE) or desk.may(Right.EDIT_PAYMENT_SETTINGS):
        tabs.append(Tab(_("Online payments"), reverse("desk:online_payments"), current=current == "online_payments"))
    return tabs
