from __future__ import annotations

import pytest
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.test import Client, RequestFactory
from django.urls import path

from quittance.config.middleware import client_address

pytestmark = pytest.mark.urls(__name__)


def show(request: HttpRequest, **_: str) -> HttpResponse:
    return HttpResponse(get_token(request))


urlpatterns = [path("p/<str:token>", show), path("desk/", show)]


def test_a_client_page_sends_no_referrer_and_is_not_kept(client: Client):
    response = client.get("/p/abcdefghijklmnopqrstuv")
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["Cache-Control"] == "private, no-store"
    assert response["X-Robots-Tag"] == "noindex, nofollow"


def test_pay_may_lead_to_a_payment_system_but_the_desk_nowhere(client: Client):
    assert "form-action 'self' https:" in client.get("/p/abcdefghijklmnopqrstuv")["Content-Security-Policy"]
    desk = client.get("/desk/")["Content-Security-Policy"]
    assert "form-action 'self';" in desk + ";"
    assert "https:" not in desk


def test_no_page_may_run_inline_scripts_or_call_other_hosts(client: Client):
    policy = client.get("/desk/")["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy


def test_every_answer_bears_its_request_id(client: Client):
    first, second = client.get("/desk/")["X-Request-Id"], client.get("/desk/")["X-Request-Id"]
    assert len(first) == 32
    assert first != second


def post(url: str, *, origin: str) -> int:
    browser = Client(enforce_csrf_checks=True)
    token = browser.get(url).content.decode()
    return browser.post(url, {"csrfmiddlewaretoken": token}, headers={"origin": origin}).status_code


def test_the_desk_takes_no_form_from_nowhere_or_elsewhere():
    assert post("/desk/", origin="null") == 403
    assert post("/desk/", origin="https://evil.example") == 403
    assert post("/desk/", origin="http://testserver") == 200


@pytest.mark.parametrize(
    ("count", "forwarded", "address"),
    [
        (0, "203.0.113.9", "127.0.0.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "6.6.6.6, 203.0.113.9", "203.0.113.9"),
        (2, "6.6.6.6, 203.0.113.9, 10.0.0.1", "203.0.113.9"),
        (2, "203.0.113.9", "127.0.0.1"),
        (1, "", "127.0.0.1"),
    ],
)
def test_the_client_address_is_what_our_proxies_saw_and_never_what_the_client_wrote(
    settings, count, forwarded, address
):
    settings.QUITTANCE_PROXY_COUNT = count
    request = RequestFactory().get("/", headers={"x-forwarded-for": forwarded} if forwarded else {})
    answer = client_address(lambda request: HttpResponse(request.META["REMOTE_ADDR"]))(request)
    assert answer.content.decode() == address
