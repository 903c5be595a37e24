"""T48: GET and HEAD change nothing, whatever stands in the query; every change wants POST and the form's secret."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from django.test import Client as Browser

from quittance.core.actor import Right
from quittance.pay.form_key import form_key
from tests.attacks.asking import address, typed
from tests.attacks.routes import NAMES, ROUTES, Who
from tests.attacks.world import Place, all_rows, browser, tried

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}
SIGNED_IN_WRITES = [name for name in NAMES if ROUTES[name].writes and ROUTES[name].who in {Who.STAFF, Who.SIGNED_IN}]
# A mail program unsubscribes by itself: what is signed is the address.
LINK_WRITES = [name for name in NAMES if ROUTES[name].who is Who.TOKEN and "key" in ROUTES[name].typed]
# A log-in form is shown to people who are not signed in, and guarded all the same.
OPEN_WRITES = [
    "account_login", "account_reset_password", "account_logout", "account_passkey_ask", "account_passkey_sign_in"
]  # fmt: skip


def owner(ana: Place, **more: bool) -> Browser:
    return browser(ana.person(frozenset(Right), name="Owner"), **more)


def with_form_in_query(name: str, ana: Place) -> str:
    """The address with everything that its form would post, and a request id, behind the question mark."""
    path = address(name, ana)
    values = {**typed(name, ana), "request_id": "attack-by-reading", "decision": "insist", "_method": "POST"}
    return path + ("&" if "?" in path else "?") + urlencode(values)


@pytest.mark.parametrize("name", NAMES)
def test_t48_reading_with_the_form_in_the_query_changes_nothing(ana: Place, name: str) -> None:
    one, route = owner(ana), ROUTES[name]
    path = with_form_in_query(name, ana)
    before = all_rows()
    for method in ("get", "head"):
        for headers in ({}, HTMX, {"X-HTTP-Method-Override": "POST"}, {"Content-Type": "application/json"}):
            response = getattr(one, method)(path, headers=headers)
            assert response.status_code < 500, (method, headers)
            if method == "get" and not route.reads:
                assert response.status_code == 405
    assert all_rows() == before


@pytest.mark.parametrize("name", NAMES)
def test_t48_other_methods_change_nothing(ana: Place, name: str) -> None:
    one = owner(ana)
    before = all_rows()
    for method in ("put", "patch", "delete", "options", "trace"):
        assert getattr(one, method)(with_form_in_query(name, ana)).status_code == 405, method
    if not ROUTES[name].writes:
        assert one.post(address(name, ana)).status_code == 405
    assert all_rows() == before


@pytest.mark.parametrize("name", SIGNED_IN_WRITES)
def test_t48_a_form_from_elsewhere_is_refused(ana: Place, name: str) -> None:
    one = owner(ana, enforce_csrf_checks=True)
    page = one.get("/calendar").content.decode()
    secret = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    signed = typed(name, ana) | {"csrfmiddlewaretoken": secret}
    before = all_rows()
    for values, more in (
        (typed(name, ana), {}),
        (signed | {"csrfmiddlewaretoken": "x" * len(secret)}, {}),
        (signed, {"headers": {"Origin": "https://evil.example"}}),
        (signed, {"headers": {"Origin": "null"}}),
        (signed, {"secure": True}),  # over TLS a browser names where it comes from; this one does not
    ):
        with tried():
            response = one.post(address(name, ana), values, **more)
            assert response.status_code == 403, more
            assert all_rows() == before


@pytest.mark.parametrize("name", OPEN_WRITES)
def test_t48_signing_in_and_out_by_a_form_from_elsewhere_is_refused(ana: Place, name: str) -> None:
    one = owner(ana, enforce_csrf_checks=True)
    response = one.post(address(name, ana), typed(name, ana))
    assert response.status_code == 403
    assert "_auth_user_id" in one.session


@pytest.mark.row("C4")
@pytest.mark.parametrize("name", LINK_WRITES)
def test_t48_the_forms_of_a_link_want_the_value_that_we_signed(ana: Place, dan: Place, name: str) -> None:
    before, asked = all_rows(), len(ana.salon.bank.requests)
    for key in ("", "x", ana.token, form_key(dan.token), form_key(ana.token)[:-1]):
        response = browser(enforce_csrf_checks=True).post(address(name, ana), {"key": key})
        assert response.status_code in {204, 303}
    assert all_rows() == before
    assert len(ana.salon.bank.requests) == asked


def test_t48_only_the_named_routes_do_without_the_csrf_token() -> None:
    """Exempt: what is signed by others, and the forms behind a link, which carry a value that we signed."""
    from django.urls import get_resolver

    from tests.attacks.addresses import views

    exempt = {
        name for name, view in views(get_resolver("quittance.config.urls")) if getattr(view, "csrf_exempt", False)
    }
    at_a_desk = {"desk_qr_yes", "desk_qr_phone", "desk_qr_code"}
    on_the_pay_page = {"pay_start", "pay_value", "pay_check", "pay_seen", "pay_renew", "pay_call_back"}
    assert exempt == at_a_desk | on_the_pay_page | {"inbound:webhook", "unsubscribe"}
