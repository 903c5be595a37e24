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
    "pay_desk_added": _("Added. Print its code and put it up."),
    "pay_desk_renamed": _("Saved. Print it again if the name on the paper matters."),
    "pay_desk_new_code": _("This desk has a new code. Print it: the old one leads nowhere now."),
    "pay_desk_archived": _("Archived. Its code leads nowhere now."),
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
    "link_resent": _("The link leaves again in a moment."),
    "link_extended": _("Saved. The same link holds until its new end."),
    "link_expired": _("The link has expired. Whoever opens it is told so."),
    "day_closed": _("Closed. What comes from now on belongs to the next day."),
    "cash_moved": _("Written down."),
    "cash_taken_back": _("Taken back. Both entries stay."),
    "staff_added": _("Added. Now set the hours."),
    "staff_saved": _("Saved."),
    "staff_archived": _("Archived. What was booked stays."),
    "staff_restored": _("Back in the calendar."),
    "hours_saved": _("Saved. The calendar shows it."),
    "item_saved": _("Saved. Visits booked from now on have it."),
    "item_archived": _("Archived. Visits that have it keep it."),
    "item_restored": _("It is back in the catalog."),
    "photo_saved": _("The photo is saved."),
    "photo_removed": _("The photo is gone."),
    "category_saved": _("Saved."),
    "passkey_added": _("Added. Log in with it from now on."),
    "passkey_renamed": _("Saved."),
    "language_chosen": _("Saved. The desk speaks this language to you from now on."),
    "passkey_removed": _("Removed. Delete it in your device's list of passwords, too."),
    "imported": _("Imported. What was there already has stayed as it was."),
    "client_saved": _("Saved."),
    "clients_merged": _("One card now. Everything of the other one is here."),
    "client_erased": _("Erased. Money and papers that the law keeps have stayed."),
    "stock_counted": _("The count is saved."),
    "type_saved": _("Saved. It holds for what is sold from now on."),
    "type_archived": _("It is not sold any more. What was sold stays good."),
    "type_back": _("It is sold again."),
    "notifications_saved": _("Saved."),
    "reminders_saved": _("Saved. It holds for visits that are booked and links that are open, too."),
    "message_resent": _("It leaves again in a moment."),
    "text_saved": _("Saved. Messages from now on say it like this."),
    "text_reset": _("The standard text is back."),
    "channel_connected": _("Connected and switched on. Send a test to see it arrive."),
    "channel_on": _("Switched on."),
    "channel_off": _("Switched off. Nothing leaves by it until you switch it on again."),
    "steps_away": _("Put away. The first steps stay here among the settings."),
    "company_saved": _("Saved."),
    "location_added": _("Added. It is in the location switch now."),
    "location_saved": _("Saved."),
    "online_saved": _("Saved. Below stands what it comes to."),
    "online_switched_on": _("Switched on."),
    "online_rule_saved": _("Saved. Below stands what it comes to."),
    "look_saved": _("Saved. Clients see it from now on."),
    "tax_saved": _("Saved. What is sold from now on has it."),
    "tax_archived": _("Archived. What has it keeps it."),
    "tax_restored": _("It can be chosen again."),
    "preset_used": _("Saved. The link life holds for links made from now on."),
    "location_archived": _("Archived. What happened there stays."),
    "location_restored": _("In use again."),
    "invitation_revoked": _("The invitation does not work any more."),
    "role_given": _("Saved. It holds from now on."),
    "role_taken": _("Taken away. It holds from now on."),
    "role_saved": _("Saved. It holds from the next press of everybody who has this role."),
    "person_off": _("Switched off. Every sign-in of this person has ended."),
    "factor_reset": _("Reset. They log in with the password, and can set it up anew."),
    "computer_shared": _("This computer is shared now. Everybody sets a PIN in their own menu."),
    "computer_ended": _("Nobody switches there by PIN any more."),
    "person_on": _("Switched on again, with the roles from before."),
    "sign_ins_ended": _("Every sign-in of this person has ended. They have to log in again."),
    "channel_disconnected": _("Disconnected. The keys were removed from use."),
}


def done_url(name: str, url: str) -> str:
    """Where to redirect after a change that went well."""
    return f"{url}?done={name}"


def done_words(request: HttpRequest) -> str:
    """What to say; empty for a name that is none of ours."""
    return str(_DONE.get(request.GET.get("done", ""), ""))
