"""Addresses under `/finance/`."""

from __future__ import annotations

from django.urls import URLPattern, path

from quittance.desk.finance import (
    accounts,
    day_closing,
    day_count,
    link_page,
    links,
    money_cases,
    online_payments,
    pay_desks,
    payments,
    refund_policy,
)

urlpatterns: list[URLPattern] = [
    path("", links.front, name="finance"),
    path("links", links.links, name="links"),
    path("links.csv", links.links_csv, name="links_csv"),
    path("links/<int:link_id>", link_page.link, name="link"),
    path("links/<int:link_id>/resend", link_page.resend, name="resend_link"),
    path("links/<int:link_id>/extend", link_page.extend, name="extend_this_link"),
    path("links/<int:link_id>/expire", link_page.expire, name="expire_this_link"),
    path("cases", money_cases.queue, name="money_cases"),
    path("cases/rules", refund_policy.policy, name="refund_policy"),
    path("cases/<int:case_id>", money_cases.case, name="money_case"),
    path("cases/<int:case_id>/decide", money_cases.decide, name="decide_case"),
    path("day-closing", day_closing.overview, name="day_closing"),
    path("day-closing/count", day_count.count_day, name="count_day"),
    path("day-closing/cash", day_closing.move, name="move_cash"),
    path("day-closing/cash/<int:move_id>/take-back", day_closing.back, name="take_back_cash"),
    path("day-closing/closings.csv", day_closing.closings_csv, name="day_closings_csv"),
    path("day-closing/<int:closing_id>", day_closing.closing, name="closing"),
    path("day-closing/<int:closing_id>/print", day_closing.paper, name="closing_paper"),
    path("payments/<int:payment_id>", payments.payment, name="payment"),
    path("online-payments", online_payments.overview, name="online_payments"),
    path("online-payments/switch", online_payments.switch, name="switch_method"),
    path("online-payments/account", online_payments.choose_account, name="choose_account"),
    path("online-payments/link-life", online_payments.set_life, name="set_link_life"),
    path("online-payments/desks", pay_desks.pay_desks, name="pay_desks"),
    path("online-payments/desks/<int:desk_id>", pay_desks.pay_desk, name="pay_desk"),
    path("online-payments/desks/<int:desk_id>/new-code", pay_desks.new_code, name="pay_desk_new_code"),
    path("online-payments/desks/<int:desk_id>/archive", pay_desks.archive, name="archive_pay_desk"),
    path(
        "online-payments/desks/<int:desk_id>/<slug:sheet>-<slug:ink>.<slug:kind>",
        pay_desks.paper,
        name="pay_desk_paper",
    ),
    path("online-payments/connect", accounts.choose_system, name="connect_account"),
    path("online-payments/connect/<slug:system>", accounts.connect, name="connect_system"),
    path("online-payments/accounts/<int:account_id>", accounts.account, name="payment_account"),
    path("online-payments/accounts/<int:account_id>/keys", accounts.keys, name="payment_account_keys"),
    path("online-payments/accounts/<int:account_id>/retire", accounts.retire, name="retire_account"),
]
