"""The word about what was just done, carried over a redirect by a fixed name in the address."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_DONE: Final[dict[str, str | Promise]] = {
    "account_connected": _("Connected. The keys were checked and stored encrypted."),
    "keys_saved": _("Saved. The new keys were checked and are used from now on."),
    "account_retired": _("Retired. Payments under way are still settled."),
    "account_chosen": _("Saved. Unpaid links use this account from now on."),
    "links_on": _("Payment links are on."),
    "links_off": _("Payment links are off. Open links stay payable."),
    "links_ended": _("Payment links are off. Open links have ended."),
    "life_saved": _("Saved. It holds for links made from now on."),
    "policy_saved": _("Saved. It holds for money that lands from now on."),
    "case_refund": _("Decided: the money goes back."),
    "case_keep": _("Decided: the money stays."),
    "case_hold": _("Nothing goes back by itself now."),
    "case_unhold": _("It goes back by itself again."),
    "case_close": _("The case is closed."),
    "case_retry": _("The refund was asked for again."),
    "case_check": _("The payment system was asked, and has answered."),
    "case_write_off": _("Written off."),
    "case_ask_again": _("It is due in the visit again."),
    "type_saved": _("Saved. It holds for what is sold from now on."),
    "type_archived": _("It is not sold any more. What was sold stays good."),
    "type_back": _("It is sold again."),
    "notifications_saved": _("Saved."),
    "channel_connected": _("Connected and switched on. Send a test to see it arrive."),
    "channel_on": _("Switched on."),
    "channel_off": _("Switched off. Nothing leaves by it until you switch it on again."),
    "channel_disconnected": _("Disconnected. The keys were removed from use."),
}


def done_url(name: str, url: str) -> str:
    """Where to redirect after a change that went well."""
    return f"{url}?done={name}"


def done_words(request: HttpRequest) -> str:
    """What to say; empty for a name that is none of ours."""
    return str(_DONE.get(request.GET.get("done", ""), ""))
