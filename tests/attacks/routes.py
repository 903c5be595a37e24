"""Every route of the installation, classified in one table; a route that is missing here fails the suite.

`{gaps}` are filled with the facts of one business (`world.py`). `typed` is a form that goes well for whoever may send
it. `names` are its boxes, and parts of the address, that name a row of a business: filled with another business's ids
they must change and show nothing.
"""

from __future__ import annotations

from typing import Final

from quittance.core.actor import Right
from tests.attacks.route import Route, Who
from tests.attacks.route import both as _both
from tests.attacks.route import client as _client
from tests.attacks.route import desk_qr as _desk_qr
from tests.attacks.route import look as _look
from tests.attacks.route import press as _press

__all__ = ["NAMES", "ROUTES", "Route", "Who"]

SEE, EDIT, LINK = Right.SEE_CALENDAR, Right.EDIT_VISITS, Right.CASHLESS_PAYMENT
KEYS, SET = Right.EDIT_PAYMENT_SETTINGS, Right.EDIT_SETTINGS
_VISIT: Final = {"visit_id": "{visit}"}
_PAYING: Final = {"visit_id": "{paying}"}
_ACCOUNT: Final = {"account_id": "{account}"}
_DESK: Final = {"desk_id": "{pay_desk}"}
_EMAIL: Final = {"channel": "email"}
_TEXT: Final = {"kind": "payment_link", "channel": "sms", "language": "en"}
_LINK: Final = {"link_id": "{link}"}
_CASE: Final = {"case_id": "{case}"}
_CASES: Final = frozenset({Right.SEE_FINANCE, Right.REFUND})
_DRAWER: Final = frozenset({Right.CLOSE_DAY, Right.SEE_FINANCE})
_COUNT: Final = {
    "serial": "{serial}",
    "seen": "{seen}",
    "business_date": "{date}",
    "loose": "5.00",
    "kept": "0",
    "note": "Counted twice",
    "action": "close",
}
PEOPLE = Right.EDIT_PEOPLE
_PERSON: Final = {"user_id": "{person}"}
_PROVED: Final = {"your_password": "{password}"}
_PLACE: Final = {
    "name": "By the lake",
    "country": "DE",
    "time_zone": "Europe/Berlin",
    "currency": "EUR",
    "language": "de",
    "opens": "09:00",
    "closes": "18:00",
    "prices_include_tax": "on",
}
_CLIENT: Final = {"client_id": "{client}"}
_TYPE: Final = {"name": "A new name", "price": "40.00", "valid_months": "12"}
_BILL: Final = {"version": "{version}"}
_SERVICE: Final = {"name": "Fringe", "category": "Hair", "price": "20.00", "minutes": "15", "deposit_kind": "none"}
_PRODUCT: Final = {"name": "Comb", "category": "Things", "price": "9.00", "counts_stock": "on"}

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
    "account_invitation": Route(
        who=Who.ANYONE, reads=True, writes=True, args={"token": "{invitation_token}"},
        typed={"name": "Chloe", "password": "another long one"},
    ),
    "account_second_factor": Route(who=Who.ANYONE, reads=True, writes=True, changes_nothing=True),
    "account_two_factor": Route(who=Who.SIGNED_IN, reads=True, writes=True, typed={"code": "000000", **_PROVED}, changes_nothing=True),
    "account_recovery_codes": Route(who=Who.SIGNED_IN, writes=True, typed=_PROVED),
    "account_two_factor_off": Route(who=Who.SIGNED_IN, writes=True, typed=_PROVED),
    "account_mine": Route(who=Who.SIGNED_IN, reads=True),
    "account_language": Route(who=Who.SIGNED_IN, writes=True, typed={"language": "de"}),
    "account_passkey_new": Route(who=Who.SIGNED_IN, writes=True, typed=_PROVED),
    "account_passkey_add": Route(who=Who.SIGNED_IN, writes=True, typed={"answer": "{{}}", "name": "Phone"}, changes_nothing=True),
    "account_passkey_rename": Route(
        who=Who.SIGNED_IN, writes=True, args={"passkey_id": "{passkey}"}, typed={"name": "Phone", **_PROVED}, names=("passkey_id",)
    ),
    "account_passkey_remove": Route(
        who=Who.SIGNED_IN, writes=True, args={"passkey_id": "{passkey}"}, typed=_PROVED, names=("passkey_id",)
    ),
    "account_passkey_ask": Route(who=Who.ANYONE, writes=True),
    "account_passkey_sign_in": Route(who=Who.ANYONE, writes=True, typed={"answer": "{{}}", "next": "/calendar"}, changes_nothing=True),
    "account_passkey_ask_again": Route(who=Who.SIGNED_IN, writes=True, changes_nothing=True),
    "account_passkey_again": Route(who=Who.SIGNED_IN, writes=True, typed={"answer": "{{}}", "next": "/calendar"}, changes_nothing=True),
    "account_switch": Route(who=Who.ANYONE, reads=True, writes=True, changes_nothing=True),
    "account_pin": Route(who=Who.SIGNED_IN, reads=True, writes=True, typed={"pin": "4711", **_PROVED}),
    "account_set_up": Route(who=Who.ANYONE, reads=True, writes=True, changes_nothing=True),
    # ---- behind a payment link
    "pay_page": _client(reads=True),
    "pay_return": _client(reads=True),
    "pay_state": _client(reads=True),
    "pay_receipt": _client(reads=True),
    "pay_gift_card": Route(who=Who.TOKEN, args={"token": "{sold_token}"}, query="no={card_end}", reads=True),
    "pay_visit_file": _client(reads=True),
    "unsubscribe": Route(who=Who.TOKEN, args={"token": "{unsubscribe_token}"}, reads=True, writes=True),
    "pay_start": _client(writes=True, typed={"key": "{form_key}"}),
    "pay_value": _client(writes=True, typed={"key": "{form_key}", "own": "1"}, changes_nothing=True),
    "pay_check": _client(writes=True, typed={"key": "{form_key}"}, changes_nothing=True),
    "pay_seen": _client(writes=True, typed={"key": "{form_key}"}),
    "pay_renew": _client(writes=True, typed={"key": "{form_key}"}, changes_nothing=True),
    "pay_call_back": _client(writes=True, typed={"key": "{form_key}"}),
    # ---- behind the printed code of a desk
    "desk_qr": _desk_qr(reads=True),
    "desk_qr_state": _desk_qr(reads=True),
    "desk_qr_yes": _desk_qr(writes=True, typed={"key": "{desk_form_key}", "visit": "{push}"}),
    "desk_qr_phone": _desk_qr(writes=True, typed={"key": "{desk_form_key}", "phone": "+49 151 1234567"}),
    "desk_qr_code": Route(
        who=Who.TOKEN, reads=True, writes=True, args={"code": "{desk_code}", "key": "{code_ask}"},
        typed={"key": "{desk_form_key}", "code": "{sms_code}"}, names=("key",),
    ),
    "look_colours": Route(who=Who.ANYONE, reads=True, args={"colour": "1a4ca3"}),
    "look_preview": Route(who=Who.ANYONE, reads=True, args={"colour": "1a4ca3"}),
    "look_logo": Route(who=Who.ANYONE, reads=True, args={"key": "{logo}"}),
    # ---- payment systems and channels
    "inbound:webhook": Route(who=Who.SIGNATURE, writes=True, args={"system": "fake", "address_token": "{address_token}"}),
    # ---- calendar
    "desk:home": Route(who=Who.ANYONE, reads=True),
    "desk:calendar": _look(SEE),
    "desk:calendar_feed": _look(SEE, query="date={date}&location={location}", names=("location",)),
    "desk:search": _look(SEE, query="q=Chloe"),
    "desk:print_day": _look(SEE, query="date={date}"),
    "desk:new_sale": _press(EDIT, typed={"client": "{client}"}, names=("client",)),
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
    "desk:new_deposit": _look(EDIT, query="service={service}&staff={staff}&client={client}", names=("service", "staff", "client")),
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
    "desk:choose_client": _press(
        SEE, EDIT, args=_VISIT, typed={"client": "{second_client}", "client_name": "Second", "visit_version": "{visit_version}"}, names=("client",)
    ),
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
    "desk:gift_card_pdf": _look(
        SEE, Right.TAKE_TENDERS, args={"visit_id": "{sold}", "wallet_id": "{wallet}"}, names=("wallet_id",)
    ),
    "desk:receipt": _look(SEE, args={**_VISIT, "receipt_id": "{receipt}"}, names=("receipt_id",)),
    # ---- the payment link panel
    "desk:link_panel": _look(SEE, LINK, args=_VISIT),
    "desk:make_link": _press(SEE, LINK, args=_VISIT, typed={"ask": "amount", "amount": "30.00"}),
    "desk:send_link": _press(SEE, LINK, args=_VISIT, typed={"ask": "all", "channel": "sms"}),
    "desk:undo_send": _press(SEE, LINK, args=_VISIT, query="messages={message}", names=("messages",)),
    "desk:stop_reminders": _press(SEE, LINK, args=_VISIT),
    "desk:start_reminders": _press(SEE, LINK, args=_VISIT),
    "desk:extend_link": _press(SEE, LINK, args=_VISIT, typed={"life": "24h", "seen_end": "-"}),
    "desk:expire_link": _press(SEE, LINK, args=_VISIT),
    "desk:stop_payment": _press(SEE, LINK, args=_PAYING),
    "desk:check_payment": _press(SEE, args=_PAYING),
    "desk:push_visit": _press(SEE, LINK, args=_VISIT, typed={"desk": "{pay_desk}"}, names=("desk",)),
    "desk:push_shown": _look(SEE, LINK, args=_VISIT),
    "desk:take_off_push": _press(SEE, LINK, args=_VISIT),
    "desk:second_screen": _both(SEE, LINK, args=_VISIT, changes_nothing=True),
    # ---- finance
    "desk:finance": _look(one_of=_CASES | {Right.CLOSE_DAY}),
    "desk:day_closing": _look(one_of=_DRAWER, query="only=differences"),
    "desk:count_day": _both(Right.CLOSE_DAY, typed=_COUNT),
    "desk:move_cash": _press(Right.CLOSE_DAY, typed={"kind": "petty_cash", "amount": "7.50", "reason": "Milk"}),
    "desk:take_back_cash": _press(Right.CLOSE_DAY, args={"move_id": "{cash_move}"}, names=("move_id",)),
    "desk:day_closings_csv": _look(one_of=_DRAWER),
    "desk:closing": _look(one_of=_DRAWER, args={"closing_id": "{closing}"}, names=("closing_id",)),
    "desk:closing_paper": _look(one_of=_DRAWER, args={"closing_id": "{closing}"}, names=("closing_id",)),
    "desk:money_cases": _look(one_of=_CASES, query="tab=open"),
    "desk:money_case": _look(one_of=_CASES, args=_CASE),
    "desk:decide_case": _press(
        Right.REFUND, args=_CASE, typed={"decision": "close", "note": "Called the client", "your_password": "{password}"}
    ),
    "desk:payment": _look(Right.SEE_FINANCE, args={"payment_id": "{payment}"}),
    "desk:refund_policy": _both(KEYS, typed={"doubled": "48", "late": "on"}),
    "desk:links": _look(Right.SEE_FINANCE, query="place=all"),
    "desk:links_csv": _look(Right.SEE_FINANCE, query="place=all"),
    "desk:link": _look(Right.SEE_FINANCE, args=_LINK, names=("link_id",)),
    "desk:resend_link": _press(LINK, args=_LINK, names=("link_id",)),
    "desk:extend_this_link": _press(LINK, args=_LINK, typed={"life": "24h", "seen_end": "-"}, names=("link_id",)),
    "desk:expire_this_link": _press(LINK, args=_LINK, typed={"seen_end": "-"}, names=("link_id",)),
    "desk:online_payments": _look(one_of=frozenset({Right.SEE_FINANCE, KEYS})),
    "desk:switch_method": _press(KEYS, typed={"open_links": "end"}),
    "desk:choose_account": _press(KEYS, typed={"account": "{account}"}, names=("account",)),
    "desk:set_link_life": _press(SET, typed={"minutes": "1440"}),
    "desk:pay_desks": _both(SET, typed={"name": "Bar"}),
    "desk:pay_desk": _both(SET, args=_DESK, typed={"name": "Till"}, names=("desk_id",)),
    "desk:pay_desk_paper": _look(
        SET, args=_DESK | {"sheet": "a6", "ink": "colour", "kind": "png"}, query="preview", names=("desk_id",)
    ),
    "desk:pay_desk_new_code": _press(SET, args=_DESK, names=("desk_id",)),
    "desk:archive_pay_desk": _press(SET, args=_DESK, names=("desk_id",)),
    "desk:connect_account": _look(KEYS),
    "desk:connect_system": _both(KEYS, args={"system": "fake"}, typed={"label": "Second", "your_password": "{password}"}),
    "desk:payment_account": _look(KEYS, args=_ACCOUNT),
    "desk:payment_account_keys": _both(KEYS, args=_ACCOUNT, typed={"label": "Renamed", "your_password": "{password}"}),
    "desk:retire_account": _press(KEYS, args=_ACCOUNT),
    # ---- clients
    "desk:clients": _look(Right.EDIT_CLIENTS, query="q=Chloe"),
    "desk:new_client": _both(Right.EDIT_CLIENTS, typed={"name": "Nora", "phone": "+49 30 7654321", "language": "de"}),
    "desk:client": _look(Right.EDIT_CLIENTS, args=_CLIENT, names=("client_id",)),
    "desk:save_client": _press(Right.EDIT_CLIENTS, args=_CLIENT, typed={"name": "Chloe Martin", "note": "Tea"}, names=("client_id",)),
    "desk:client_contact": _press(Right.EDIT_CLIENTS, args=_CLIENT, typed={"value": "second@client.example"}, names=("client_id",)),
    "desk:client_consent": _press(Right.EDIT_CLIENTS, args=_CLIENT, typed={"kind": "marketing", "given": "1"}, names=("client_id",)),
    "desk:merge_clients": _both(
        Right.EDIT_CLIENTS, args=_CLIENT | {"other_id": "{second_client}"}, names=("client_id", "other_id")
    ),
    "desk:export_client": _press(SET, Right.EDIT_CLIENTS, args=_CLIENT, typed={"form": "text"}, names=("client_id",)),
    "desk:erase_client": _both(
        SET, Right.EDIT_CLIENTS, args={"client_id": "{second_client}"}, typed={"number": "{second_client}"},
        names=("client_id",),
    ),
    "desk:import_clients": _both(SET, typed={"go": "1", "text": "Name,Phone\nNora,+49 30 7654321\n"}),
    "desk:export_clients": _look(SET, Right.EDIT_CLIENTS),
    # ---- catalog
    "desk:import_services": _both(SET, typed={"go": "1", "text": "Name,Price,Minutes\nFringe,20.00,15\n"}),
    "desk:export_services": _look(SET),
    "desk:import_products": _both(SET, typed={"go": "1", "text": "Name,Price\nComb,9.00\n"}),
    "desk:export_products": _look(SET),
    "desk:catalog": Route(who=Who.ANYONE, reads=True),
    "desk:services": _look(SET, query="q=of"),
    "desk:new_service": _both(SET, typed=_SERVICE),
    "desk:service": _both(SET, args={"item_id": "{service}"}, typed=_SERVICE | {"version": "1"}, names=("item_id",)),
    "desk:service_online": _both(
        SET, args={"item_id": "{service}"}, typed={"status": "required", "version": "1"}, names=("item_id",)
    ),
    "desk:archive_service": _press(SET, args={"item_id": "{service}"}, typed={"archived": "1"}, names=("item_id",)),
    "desk:service_categories": _both(SET, typed={"name": "Renamed", "category": "{category}"}, names=("category",)),
    "desk:products": _look(SET, query="q=of"),
    "desk:new_product": _both(SET, typed=_PRODUCT),
    "desk:product": _both(SET, args={"item_id": "{product}"}, typed=_PRODUCT | {"version": "1"}, names=("item_id",)),
    "desk:archive_product": _press(SET, args={"item_id": "{product}"}, typed={"archived": "1"}, names=("item_id",)),
    "desk:count_product": _press(SET, args={"item_id": "{product}"}, typed={"counted": "5", "note": "Delivery"}, names=("item_id",)),
    "desk:product_categories": _both(SET, typed={"name": "New heading"}),
    "desk:photo": _look(SEE, args={"token": "{photo}"}, names=("token",)),
    "desk:save_photo": _press(SET, args={"kind": "service", "row_id": "{service}"}, typed={"remove": "1"}, names=("row_id",)),
    "desk:arrange_catalog": _press(SET, typed={"kind": "service", "row": "{service}", "before": "{second_service}"}, names=("row", "before")),
    # ---- settings
    "desk:settings": _look(one_of=frozenset({SET, KEYS, PEOPLE, Right.SEE_AUDIT_TRAIL})),
    "desk:settings_online_payments": Route(who=Who.ANYONE, reads=True),
    "desk:staff": _both(SET, typed={"name": "Ida", "title": "Colourist"}),
    "desk:place_staff": _press(SET, typed={"kind": "staff", "row": "{staff}", "direction": "down"}, names=("row",)),
    "desk:staff_card": _both(SET, args={"staff_id": "{staff}"}, typed={"name": "Ben", "title": "Barber"}, names=("staff_id",)),
    "desk:staff_week": _press(SET, args={"staff_id": "{staff}"}, typed={"day0": "9-13, 14-18"}, names=("staff_id",)),
    "desk:staff_days": _press(
        SET, args={"staff_id": "{staff}"}, typed={"first": "{date}", "last": "{date}", "hours": "10-12", "note": "Late"}, names=("staff_id",)
    ),
    "desk:drop_other_hours": _press(SET, args={"staff_id": "{staff}"}, typed={"on": "{date}"}, names=("staff_id",)),
    "desk:archive_staff": _press(SET, args={"staff_id": "{staff}"}, typed={"anyway": "1"}, names=("staff_id",)),
    "desk:restore_staff": _press(SET, args={"staff_id": "{staff}"}, names=("staff_id",)),
    "desk:first_steps": _look(SET),
    "desk:put_first_steps_away": _press(SET),
    "desk:company": _both(SET, typed={"name": "Renamed", "iban": "DE89 3704 0044 0532 0130 00"}),
    "desk:locations": _look(SET),
    "desk:new_location": _both(SET, typed=_PLACE),
    "desk:location": _both(SET, args={"location_id": "{location}"}, typed=_PLACE, names=("location_id",)),
    "desk:use_preset": _press(SET, args={"location_id": "{location}"}, typed={"preset": "clinic"}, names=("location_id",)),
    "desk:archive_location": _press(SET, args={"location_id": "{spare}"}, names=("location_id",)),
    "desk:restore_location": _press(SET, args={"location_id": "{closed}"}, names=("location_id",)),
    "desk:staff_other": _press(
        SET, args={"staff_id": "{staff}"}, typed={"status": "available", "version": "1"}, names=("staff_id",)
    ),
    "desk:online_booking": _both(SET, typed={"rule": "strictest", "was": "not_available_first"}),
    "desk:switch_on_online_payment": _press(SET, typed={"service": "{service}"}, names=("service",)),
    "desk:look": _both(SET, typed={"accent": "#1a4ca3", "version": "1"}),
    "desk:check_look": _look(SET, query="accent=%23ffd400"),
    "desk:taxes": _look(SET),
    "desk:new_tax_rate": _both(SET, typed={"name": "Reduced", "ppm": "7 %", "is_default": "on"}),
    "desk:tax_rate": _both(
        SET, args={"rate_id": "{tax_rate}"}, typed={"name": "Renamed", "ppm": "20 %", "version": "1"}, names=("rate_id",)
    ),
    "desk:archive_tax_rate": _press(SET, args={"rate_id": "{tax_rate}"}, typed={"archived": "1"}, names=("rate_id",)),
    "desk:new_taxation_system": _both(SET, typed={"name": "Small business"}),
    "desk:taxation_system": _both(
        SET, args={"system_id": "{taxation_system}"}, typed={"name": "Renamed", "version": "1"}, names=("system_id",)
    ),
    "desk:archive_taxation_system": _press(
        SET, args={"system_id": "{taxation_system}"}, typed={"archived": "1"}, names=("system_id",)
    ),
    "desk:audit_trail": _look(Right.SEE_AUDIT_TRAIL, query="kind=visit&number={visit}"),
    "desk:audit_trail_csv": _look(Right.SEE_AUDIT_TRAIL, query="kind=visit&number={visit}"),
    "desk:people": _look(PEOPLE),
    "desk:invite_person": _both(
        PEOPLE, typed={"email": "new@guest.example", "role": "{role}", "location": "all", **_PROVED}, names=("role",)
    ),
    "desk:invite_again": _press(PEOPLE, args={"invitation_id": "{invitation}"}, names=("invitation_id",)),
    "desk:revoke_invitation": _press(PEOPLE, args={"invitation_id": "{invitation}"}, names=("invitation_id",)),
    "desk:share_computer": _press(PEOPLE, typed={"name": "Reception", **_PROVED}),
    "desk:end_computer": _press(PEOPLE, args={"computer_id": "{computer}"}, names=("computer_id",)),
    "desk:new_role": _both(PEOPLE, typed={"name": "Trainee", **_PROVED}),
    "desk:role": _both(PEOPLE, args={"role_id": "{role}"}, typed={"name": "Renamed", **_PROVED}, names=("role_id",)),
    "desk:person": _look(PEOPLE, args=_PERSON, names=("user_id",)),
    "desk:give_role": _press(
        PEOPLE, args=_PERSON, typed={"role": "{role}", "location": "{location}", **_PROVED}, names=("role", "location")
    ),
    "desk:take_role": _press(
        PEOPLE, args={**_PERSON, "assignment_id": "{assignment}"}, typed=_PROVED, names=("assignment_id",)
    ),
    "desk:deactivate_person": _press(PEOPLE, args=_PERSON, typed=_PROVED, names=("user_id",)),
    "desk:reactivate_person": _press(PEOPLE, args={"user_id": "{former}"}, typed=_PROVED, names=("user_id",)),
    "desk:reset_second_factor": _press(PEOPLE, args=_PERSON, typed=_PROVED, names=("user_id",)),
    "desk:end_sign_ins": _press(PEOPLE, args=_PERSON, typed=_PROVED, names=("user_id",)),
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
    "desk:message_log": _look(SET, query="state=failed&address=chloe@client.example"),
    "desk:resend_message": _press(SET, args={"message_id": "{failed_message}"}, names=("message_id",)),
    "desk:reminders": _both(
        SET, typed={"payment_0": "24", "payment_0_when": "hours after_sending", "quiet_from": "21:00", "quiet_to": "08:00"}
    ),
    "desk:message_texts": _look(SET),
    "desk:message_text": _both(SET, args=_TEXT, typed={"body": "Dear {{client}}: {{link}}", "version": "0"}),
    "desk:preview_message_text": _press(
        SET, args=_TEXT, typed={"body": "{{client}}: {{link}}", "visit": "{visit}"}, names=("visit",), changes_nothing=True
    ),
    "desk:reset_message_text": _press(SET, args=_TEXT, typed={"version": "0"}),
    "desk:channels": _look(SET),
    "desk:channel_ways": _look(SET, args=_EMAIL),
    "desk:connect_channel": _both(SET, args={"system": "fake_sms"}, typed={"sender": "+4930555111", "password": "typed-secret", "your_password": "{password}"}),
    "desk:switch_channel": _press(SET, args=_EMAIL, typed={"enabled": "0"}),
    "desk:test_channel": _press(SET, args=_EMAIL, typed={"address": "ana@salon.example"}),
    "desk:disconnect_channel": _press(SET, args=_EMAIL),
}  # fmt: skip

NAMES: Final = sorted(ROUTES)
