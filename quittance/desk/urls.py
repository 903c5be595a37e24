"""Every address of the desk."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from quittance.desk import photos, places
from quittance.desk.calendar import printing, searching
from quittance.desk.calendar import views as calendar
from quittance.desk.visits import (
    cancelling,
    checkout,
    clients,
    links,
    moving,
    new,
    new_deposit,
    pushing,
    refunding,
    sale,
    spending,
    status,
    views,
)

app_name = "desk"

_visit: list[URLPattern] = [
    path("", views.visit, name="visit"),
    path("/live", views.live, name="visit_live"),
    path("/note", status.set_note, name="set_note"),
    path("/state", status.set_state, name="set_state"),
    path("/cancel", cancelling.cancel, name="cancel_visit"),
    path("/client", status.save_card, name="save_card"),
    path("/client/choose", status.choose, name="choose_client"),
    path("/find", checkout.find, name="find_item"),
    path("/lines", checkout.add_line, name="add_line"),
    path("/lines/<int:line_id>", checkout.change_line, name="change_line"),
    path("/lines/<int:line_id>/remove", checkout.remove_line, name="remove_line"),
    path("/tenders", checkout.take, name="take_tender"),
    path("/value", spending.spend, name="spend_value"),
    path("/tenders/<int:tender_id>/void", checkout.void, name="void_tender"),
    path("/tenders/<int:tender_id>/refund", refunding.refund, name="refund_tender"),
    path("/tenders/<int:tender_id>/refund/words", refunding.words, name="refund_words"),
    path("/receipts/<int:receipt_id>.pdf", views.receipt, name="receipt"),
    path("/gift-cards/<int:wallet_id>.pdf", views.gift_card, name="gift_card_pdf"),
    path("/link", links.panel, name="link_panel"),
    path("/link/make", links.make, name="make_link"),
    path("/link/send", links.send, name="send_link"),
    path("/link/undo", links.undo, name="undo_send"),
    path("/reminders/stop", links.stop_reminding, name="stop_reminders"),
    path("/reminders/start", links.start_reminding, name="start_reminders"),
    path("/link/extend", links.extend, name="extend_link"),
    path("/link/expire", links.expire, name="expire_link"),
    path("/desk-qr", pushing.push, name="push_visit"),
    path("/desk-qr/shown", pushing.shown, name="push_shown"),
    path("/desk-qr/off", pushing.take_off, name="take_off_push"),
    path("/payment/stop", links.stop, name="stop_payment"),
    path("/payment/check", links.check, name="check_payment"),
    path("/qr", views.second_screen, name="second_screen"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", calendar.home, name="home"),
    path("calendar", calendar.day, name="calendar"),
    path("calendar/feed", calendar.feed, name="calendar_feed"),
    path("calendar/print", printing.print_day, name="print_day"),
    path("calendar/search", searching.search, name="search"),
    path("calendar/move", calendar.move_dropped, name="move_dropped"),
    path("appointments/<int:appointment_id>/move", moving.move, name="move_appointment"),
    path("visits/new", new.new_visit, name="new_visit"),
    path("visits/sale", sale.new_sale, name="new_sale"),
    path("visits/new/deposit", new_deposit.new_deposit, name="new_deposit"),
    path("visits/<int:visit_id>", include(_visit)),
    path("photos/<str:token>.webp", photos.photo, name="photo"),
    path("photos/<str:kind>/<int:row_id>", photos.save_photo, name="save_photo"),
    path("clients/find", clients.find, name="find_clients"),
    path("location", places.switch_location, name="switch_location"),
    path("notices", places.notices, name="notices"),
]

urlpatterns.append(path("catalog/", include("quittance.desk.value_types.urls")))

# The desk's other rooms bring their own addresses.
for _room in ("catalog", "clients", "finance", "settings"):
    _module = f"quittance.desk.{_room}.urls"
    if find_spec(f"quittance.desk.{_room}") and find_spec(_module):
        urlpatterns.append(path(f"{_room}/", include(_module)))
