"""The pages of Finance, for those who may see each."""

from __future__ import annotations

from typing import Literal

from django.urls import reverse
from django.utils.translation import gettext as _

from quittance.core.actor import Right
from quittance.desk.access import Desk
from quittance.ui.shell import Tab


def section_tabs(desk: Desk, *, current: Literal["links", "online_payments"]) -> list[Tab]:
    tabs = []
    if desk.may(Right.SEE_FINANCE):
        tabs.append(Tab(_("Payments by link"), reverse("desk:links"), current=current == "links"))
    tabs.append(Tab(_("Online payments"), reverse("desk:online_payments"), current=current == "online_payments"))
    return tabs
