"""The mail services' own side: what is kept, what is refused, and what the panel can order."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from quittance.sandbox import Sandbox, control
from quittance.sandbox.control import OrderError

HOOK = "http://127.0.0.1:9/inbound"
MAIL = {"From": "Ana <hello@ana.example>", "To": "chloe@client.example", "Subject": "Hello", "TextBody": "Text"}


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(deliver=lambda _url, _headers, _body: 200) as sandbox:
        yield sandbox


def post(sandbox: Sandbox, path: str, body: bytes, **headers: str) -> tuple[int, dict[str, object]]:
    request = urllib.request.Request(f"{sandbox.mail_services_url}/{path}", data=body, method="POST")
    for name, value in {"Content-Type": "application/json", **headers}.items():
        request.add_header(name.replace("_", "-"), value)
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.status, json.loads(answer.read() or b"{}")
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read() or b"{}")


def test_a_mail_lies_in_the_mailbox_and_is_reported_when_it_is_time(sandbox: Sandbox):
    sandbox.mail_services.register("postmark", "key", secret="secret", webhook_url=HOOK)
    status, told = post(sandbox, "postmark/email", json.dumps(MAIL).encode(), X_Postmark_Server_Token="key")
    assert (status, told["ErrorCode"]) == (200, 0)
    assert [letter.text for letter in sandbox.mail.received()] == ["Text"]
    assert sandbox.mail_services.deliver_due() == []
    [report] = sandbox.mail_services.settle()
    assert json.loads(report.body)["MessageID"] == told["MessageID"]


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("postmark/email", {}),
        ("postmark/email", {"X_Postmark_Server_Token": "wrong"}),
        ("sendgrid/v3/mail/send", {"Authorization": "Basic key"}),
        ("mailgun/v3/mg.ana.example/messages", {"Authorization": "Basic ???"}),
        ("brevo/v3/smtp/email", {"api_key": "unknown-key"}),
    ],
)
def test_whoever_has_no_key_is_refused(sandbox: Sandbox, path: str, headers: dict[str, str]):
    assert post(sandbox, path, json.dumps(MAIL).encode(), **headers)[0] == 401
    assert sandbox.mail_services.sent() == []


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"5", b"{}"])
def test_what_is_no_mail_is_refused_in_each_services_words(sandbox: Sandbox, body: bytes):
    for path, headers in (
        ("postmark/email", {"X_Postmark_Server_Token": "key"}),
        ("sendgrid/v3/mail/send", {"Authorization": "Bearer key"}),
        ("brevo/v3/smtp/email", {"api_key": "key"}),
    ):
        assert post(sandbox, path, body, **headers)[0] in {400, 422}
    assert post(sandbox, "other/send", body)[0] == 404
    assert sandbox.mail_services.sent() == []


def test_the_panel_registers_accounts_and_reports_events(sandbox: Sandbox):
    made = control.obey(sandbox, "mail/account", {"service": "sendgrid", "key": "key", "webhook_url": HOOK})
    assert isinstance(made, dict) and str(made["verification_key"]).startswith("MFkw")
    fields = {"service": "brevo", "key": "key", "secret": "secret", "webhook_url": HOOK}
    assert control.obey(sandbox, "mail/account", fields) == "registered"
    mail = {"sender": {"email": "a@ana.example"}, "to": [{"email": "full@client.example"}], "textContent": "Text"}
    post(sandbox, "brevo/v3/smtp/email", json.dumps(mail).encode(), api_key="key")
    [taken] = sandbox.mail_services.sent()
    assert sandbox.mail.received() == []
    assert control.obey(sandbox, "mail/event", {"id": taken.id, "event": "complained"}) == 2
    for order in ({"service": "pigeon", "key": "key"}, {"service": "brevo"}):
        with pytest.raises(OrderError):
            control.obey(sandbox, "mail/account", order)
    with pytest.raises(OrderError):
        control.obey(sandbox, "mail/event", {"id": taken.id, "event": "vanished"})


def test_reports_can_be_lost_and_switched_off(sandbox: Sandbox):
    account = sandbox.mail_services.register("postmark", "key", secret="secret", webhook_url=HOOK)
    account.lose_next = 1
    for _ in range(2):
        post(sandbox, "postmark/email", json.dumps(MAIL).encode(), X_Postmark_Server_Token="key")
    assert len(sandbox.mail_services.settle()) == 1
    account.reports_on = False
    post(sandbox, "postmark/email", json.dumps(MAIL).encode(), X_Postmark_Server_Token="key")
    assert sandbox.mail_services.settle() == []


def test_accounts_and_mails_are_there_after_a_restart(tmp_path: Path):
    books = tmp_path / "books.json"
    with Sandbox(state_file=books) as first:
        account = first.mail_services.register("sendgrid", "key", webhook_url=HOOK)
        first.mail_services.register("postmark", "key", secret="secret")
        post(first, "postmark/email", json.dumps(MAIL).encode(), X_Postmark_Server_Token="key")
        [mail] = first.mail_services.sent()
    with Sandbox(state_file=books, deliver=lambda _url, _headers, _body: 200) as second:
        assert second.mail_services.accounts["sendgrid/key"] == account
        assert second.mail_services.sent() == [mail]
