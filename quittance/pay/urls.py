"""Everything behind a payment link's short address; the token is the only key."""

from __future__ import annotations

from django.urls import path

from quittance.pay import views

urlpatterns = [
    path("<str:token>", views.show, name="pay_page"),
    path("<str:token>/pay", views.pay, name="pay_start"),
    path("<str:token>/renew", views.renew, name="pay_renew"),
    path("<str:token>/call-back", views.ask_call_back, name="pay_call_back"),
    path("<str:token>/value", views.choose_value, name="pay_value"),
    path("<str:token>/return", views.come_back, name="pay_return"),
    path("<str:token>/state", views.state, name="pay_state"),
    path("<str:token>/check", views.check, name="pay_check"),
    path("<str:token>/seen", views.seen, name="pay_seen"),
    path("<str:token>/receipt.pdf", views.receipt, name="pay_receipt"),
    path("<str:token>/gift-card.pdf", views.gift_card, name="pay_gift_card"),
    path("<str:token>/visit.ics", views.visit_file, name="pay_visit_file"),
]
