"""Every route of the installation, classified in one table; a route that is missing here fails the suite.

`{gaps}` are filled with the facts of one business (`world.py`). `typed` is a form that goes well for whoever may send
it. `names` are its boxes, and parts of the address, that name a row of a business: filled with another business's ids
they must change and show nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final

from django.urls import URLPattern, URLResolver, get_resolver

from quittance.core.actor import Right


class Who(Enum):
    """Who may come to a route at all; rights are asked beside it."""

    ANYONE = "anyone, signed in or not"
    SIGNED_IN = "whoever is signed in"
    STAFF = "staff with a role at the location"
    TOKEN = "whoever holds the payment link"
    SIGNATURE = "whoever can sign as the account at this address"


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    who: Who
    needs: frozenset[Right] = frozenset()
    # Any one of these beside `needs`.
    one_of: frozenset[Right] = frozenset()
    reads: bool = False
    writes: bool = False
    args: Mapping[str, str] = field(default_factory=dict)
    query: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    # The form is drawn for the visit that is being paid.
    changes_nothing: bool = False

    def allows(self, rights: frozenset[Right]) -> bool:
        return bool(rights) and self.needs <= rights and (not self.one_of or bool(self.one_of & rights))


def _look(*needs: Right, **more: Any) -> Route:
    return Route(who=Who.STAFF, needs=frozenset(needs), reads=True, **more)


def _press(*needs: Right, **more: Any) -> Route:
    return Route(who=Who.STAFF, needs=frozenset(needs), writes=True, **more)


def _both(*needs: Right, **more: Any) -> Route:
    return Route(who=Who.STAFF, needs=frozenset(needs), reads=True, writes=True, **more)


def _client(**more: Any) -> Route:
    return Route(who=Who.TOKEN, args={"token": "{token}"}, **more)


SEE, EDIT, LINK = Right.SEE_CALENDAR, Right.EDIT_VISITS, Right.CASHLESS_PAYMENT
KEYS, SET = Right.EDIT_PAYMENT_SETTINGS, Right.EDIT_SETTINGS
_VISIT: Final = {"visit_id": "{visit}"}
_PAYING: Final = {"visit_id": "{paying}"}
_ACCOUNT: Final = {"account_id": "{account}"}
_EMAIL: Final = {"channel": "email"}
_CASE: Final = {"case_id": "{case}"}
_CASES: Final = frozenset({Right.SEE_FINANCE, Right.REFUND})
_TYPE: Final = {"name": "A new name", "price": "40.00", "valid_months": "12"}
_BILL: Final = {"version": "{version}"}

ROUTES: Final[dict[str, Route]] = {
    # ---- sign-in
    "account_login": Route(who=Who.ANYONE, reads=True, writes=True, typed={"login": "{email}", "password": "{password}"}),
    "account_logout": Route(who=Who.ANYONE, reads=True, writes=True, changes_nothing=True),
    "account_inactive": Route(who=Who.ANYONE, reads=True),
    "account_reauthenticate": Route(who=Who.SIGNED_IN, reads=True, writes=True, typed={"password": "{password}"}, changes_nothing=True),
    "account_change_password": Route(
        who=Who.SIGNED_IN, reads=True, writes=True,
        typed={"oldpassword": "{password}", "password1": "another long one", "password2": "another long one"},
    ),
    "account_reset_password": Route(who=Who.ANYONE, reads=True, writes=True, typed={"email": "{email}"}, changes_nothing=True),
    "account_reset_password_done": Route(who=Who.ANYONE, reads=True),
    "account_reset_password_from_key": Route(
        who=Who.ANYONE, reads=True, writes=True, args={"uidb36": "{uidb36}", "key": "{key}"},
        typed={"password1": "another long one", "password2": "another long one"}, changes_nothing=True,
    ),
    "account_reset_password_from_key_done": Route(who=Who.ANYONE, reads=True),
    # ---- behind a payment link
    "pay_page": _client(reads=True),
    "pay_return": _client(reads=True),
    "pay_state": _client(reads=True),
    "pay_receipt": _client(reads=True),
    "pay_visit_file": _client(reads=True),
    "pay_start": _client(writes=True, typed={"key": "{form_key}"}),
    "pay_check": _client(writes=True, typed={"key": "{form_key}"}, changes_nothing=True),
    "pay_seen": _client(writes=True, typed={"key": "{form_key}"}),
    # ---- payment systems and channels
    "inbound:webhook": Route(who=Who.SIGNATURE, writes=True, args={"system": "fake", "address_token": "{address_token}"}),
    # ---- calendar
    "desk:home": Route(who=Who.ANYONE, reads=True),
    "desk:calendar": _look(SEE),
    "desk:calendar_feed": _look(SEE, query="date={date}&location={location}", names=("location",)),
    "desk:move_dropped": _press(
        EDIT,
        typed={"appointment": "{appointment}", "staff": "{staff}", "start": "{date}T16:00", "end": "{date}T17:00", "version": "{visit_version}"},
        names=("appointment", "staff"),
    ),
    "desk:move_appointment": _both(
        EDIT,
        args={"appointment_id": "{appointment}"},
        typed={"staff": "{staff}", "date": "{date}", "time": "16:00", "minutes": "60", "visit_version": "{visit_version}"},
        names=("staff",),
    ),
    "desk:new_visit": _both(
        EDIT,
        typed={"client": "{client}", "client_name": "Chloe", "service": "{service}", "staff": "{staff}", "date": "{date}", "time": "18:00"},
        names=("client", "service", "staff"),
    ),
    "desk:find_clients": _look(EDIT, query="client_name=Chloe"),
    "desk:switch_location": _press(typed={"location": "{location}", "next": "/calendar"}, names=("location",), changes_nothing=True),
    "desk:notices": _look(SEE, query="after=0"),
    # ---- the visit window
    "desk:visit": _look(SEE, args=_VISIT, query="tab=checkout"),
    "desk:visit_live": _look(SEE, args=_VISIT),
    "desk:set_note": _press(SEE, EDIT, args=_VISIT, typed={"note": "Sits by the window", "visit_version": "{visit_version}"}),
    "desk:set_state": _press(
        SEE, EDIT, args=_VISIT,
        typed={"state": "arrived", "appointment": "{appointment}", "visit_version": "{visit_version}"}, names=("appointment",),
    ),
    "desk:cancel_visit": _press(SEE, EDIT, args=_PAYING, typed={"version": "{paying_version}", "decision": "stop_payment"}),
    "desk:save_card": _press(SEE, Right.EDIT_CLIENTS, args=_VISIT, typed={"name": "Chloe Martin", "phone": "+49 30 1234567"}),
    "desk:find_item": _look(SEE, EDIT, args=_VISIT, query="q=of"),
    "desk:add_line": _press(SEE, EDIT, args=_VISIT, typed={"item": "service:{service}", **_BILL}, names=("item",)),
    "desk:change_line": _press(
        SEE, EDIT, args={**_VISIT, "line_id": "{line}"}, typed={"quantity": "2", "price": "100.00", **_BILL}, names=("line_id",)
    ),
    "desk:remove_line": _press(SEE, EDIT, args={**_VISIT, "line_id": "{line}"}, typed={"decision": "insist", **_BILL}, names=("line_id",)),
    "desk:take_tender": _press(SEE, Right.TAKE_TENDERS, args=_VISIT, typed={"kind": "cash", "amount": "20.00", **_BILL}),
    "desk:spend_value": _press(
        SEE, Right.TAKE_TENDERS, args=_VISIT,
        typed={"kind": "gift_card", "wallet": "{wallet}", **_BILL}, names=("wallet",),
    ),
    "desk:void_tender": _press(
        SEE, Right.VOID_TENDERS, args={**_VISIT, "tender_id": "{tender}"}, typed={"reason": "Wrong visit", **_BILL}, names=("tender_id",)
    ),
    "desk:refund_tender": _press(
        SEE, Right.REFUND, args={**_VISIT, "tender_id": "{tender}"},
        typed={"amount": "5.00", "said": "500.{version}", "your_password": "{password}"}, names=("tender_id",),
    ),
    "desk:refund_words": _look(Right.REFUND, args={**_VISIT, "tender_id": "{tender}"}, query="amount=5", names=("tender_id",)),
    "desk:receipt": _look(SEE, args={**_VISIT, "receipt_id": "{receipt}"}, names=("receipt_id",)),
    # ---- the payment link panel
    "desk:link_panel": _look(SEE, LINK, args=_VISIT),
    "desk:make_link": _press(SEE, LINK, args=_VISIT, typed={"ask": "amount", "amount": "30.00"}),
    "desk:send_link": _press(SEE, LINK, args=_VISIT, typed={"ask": "all", "channel": "sms"}),
    "desk:undo_send": _press(SEE, LINK, args=_VISIT, query="messages={message}", names=("messages",)),
    "desk:end_link": _press(SEE, LINK, args=_VISIT),
    "desk:stop_payment": _press(SEE, LINK, args=_PAYING),
    "desk:check_payment": _press(SEE, args=_PAYING),
    "desk:second_screen": _both(SEE, LINK, args=_VISIT, changes_nothing=True),
    # ---- finance
    "desk:finance": _look(one_of=_CASES),
    "desk:money_cases": _look(one_of=_CASES, query="tab=open"),
    "desk:money_case": _look(one_of=_CASES, args=_CASE),
    "desk:decide_case": _press(
        Right.REFUND, args=_CASE, typed={"decision": "close", "note": "Called the client", "your_password": "{password}"}
    ),
    "desk:payment": _look(Right.SEE_FINANCE, args={"payment_id": "{payment}"}),
    "desk:refund_policy": _both(KEYS, typed={"doubled": "48", "late": "on"}),
    "desk:links": _look(Right.SEE_FINANCE, query="place=all"),
    "desk:online_payments": _look(one_of=frozenset({Right.SEE_FINANCE, KEYS})),
    "desk:switch_method": _press(KEYS, typed={"open_links": "end"}),
    "desk:choose_account": _press(KEYS, typed={"account": "{account}"}, names=("account",)),
    "desk:set_link_life": _press(SET, typed={"minutes": "1440"}),
    "desk:connect_account": _look(KEYS),
    "desk:connect_system": _both(KEYS, args={"system": "fake"}, typed={"label": "Second", "your_password": "{password}"}),
    "desk:payment_account": _look(KEYS, args=_ACCOUNT),
    "desk:payment_account_keys": _both(KEYS, args=_ACCOUNT, typed={"label": "Renamed", "your_password": "{password}"}),
    "desk:retire_account": _press(KEYS, args=_ACCOUNT),
    # ---- settings
    "desk:settings": _look(one_of=frozenset({SET, KEYS})),
    "desk:settings_online_payments": Route(who=Who.ANYONE, reads=True),
    "desk:people": _look(SET),
    "desk:value_types": _look(SET),
    "desk:earning_rule": _both(SET, typed={"points_per_unit": "2", "point_value": "0.01", "cashback": "3"}),
    "desk:new_membership_type": _both(SET, typed={**_TYPE, "visits": "10", "services": "{service}"}, names=("services",)),
    "desk:membership_type": _both(
        SET, args={"type_id": "{membership_type}"}, typed={**_TYPE, "visits": "8", "services": "{service}"}, names=("type_id", "services")
    ),
    "desk:archive_membership_type": _press(SET, args={"type_id": "{membership_type}"}, names=("type_id",)),
    "desk:new_gift_card_type": _both(SET, typed={**_TYPE, "nominal": "50.00"}),
    "desk:gift_card_type": _both(SET, args={"type_id": "{gift_card_type}"}, typed={**_TYPE, "nominal": "60.00"}, names=("type_id",)),
    "desk:archive_gift_card_type": _press(SET, args={"type_id": "{gift_card_type}"}, names=("type_id",)),
    "desk:notifications": _both(SET, typed={"payment_link-enabled": "on", "payment_link-channel": "sms"}),
    "desk:channels": _look(SET),
    "desk:connect_channel": _both(SET, args={"system": "fake_sms"}, typed={"sender": "+4930555111", "password": "typed-secret", "your_password": "{password}"}),
    "desk:switch_channel": _press(SET, args=_EMAIL, typed={"enabled": "0"}),
    "desk:test_channel": _press(SET, args=_EMAIL, typed={"address": "ana@salon.example"}),
    "desk:disconnect_channel": _press(SET, args=_EMAIL),
}  # fmt: skip

NAMES: Final = sorted(ROUTES)


def addresses() -> Iterator[tuple[str, frozenset[str]]]:
    """Every route of the installation's URL conf, with the parts of its address."""
    yield from _walk(get_resolver("quittance.config.urls").url_patterns, "", frozenset())


def _walk(
    patterns: list[URLPattern | URLResolver], namespace: str, parts: frozenset[str]
) -> Iterator[tuple[str, frozenset[str]]]:
    for one in patterns:
        here = parts | set(one.pattern.regex.groupindex)
        if isinstance(one, URLResolver):
            inner = f"{namespace}{one.namespace}:" if one.namespace else namespace
            yield from _walk(one.url_patterns, inner, here)
        else:
            yield f"{namespace}{one.name}", here


def views(resolver: URLResolver, namespace: str = "") -> Iterator[tuple[str, Any]]:
    """Every route with what answers it."""
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            yield from views(one, f"{namespace}{one.namespace}:" if one.namespace else namespace)
        else:
            yield f"{namespace}{one.name}", one.callback
