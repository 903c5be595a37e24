from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from quittance.core import http
from quittance.message_channels.contract import ChannelContract
from quittance.message_channels.mail_services import library
from quittance.message_channels.mail_services.tests.benches import API_KEY, KEY, ServiceBench
from quittance.message_channels.port import (
    MisconfiguredError,
    PermanentError,
    Suppress,
    TransientError,
    UnknownOutcomeError,
)


class TestMailServices(ChannelContract):
    """Every law of a channel, for each service."""


@pytest.mark.row("D2")
def test_the_mail_arrives_as_it_left(bench: ServiceBench):
    report = bench.channel.send(bench.good)
    [mail] = bench.sandbox.mail_services.sent()
    [letter] = bench.sandbox.mail.received(to="chloe@client.example")
    assert (letter.text, letter.html, letter.subject) == (bench.good.text, bench.good.html, "Your visit")
    assert letter.sender in {"Ana's Salon <hello@ana.example>", '"Ana\'s Salon" <hello@ana.example>'}
    assert mail.reply_to == "ana@ana.example"
    headers = {name.lower(): value for name, value in mail.headers.items()}
    assert headers["list-unsubscribe"] == "<https://pay.ana.example/u/abc>"
    assert headers["list-unsubscribe-post"] == "List-Unsubscribe=One-Click"
    assert headers["auto-submitted"] == "auto-generated"
    assert KEY in str(mail.named)
    if bench.slug in {"postmark", "mailgun"}:
        assert headers["message-id"] == f"<{KEY}@ana.example>"
    assert report.their_id == (mail.named["anymail_id"] if bench.slug == "sendgrid" else mail.id)


def test_a_mail_without_html_name_and_unsubscribing_leaves_them_out(bench: ServiceBench):
    bench.channel.send(replace(bench.good, html="", sender_name="", reply_to="", unsubscribe_url=""))
    [mail] = bench.sandbox.mail_services.sent()
    assert (mail.html, mail.reply_to) == ("", "") and "list-unsubscribe" not in str(mail.headers).lower()


@pytest.mark.parametrize("name", ["Zoë, Inc. <Ümlaut>", "Салон краси", "沙龍", 'Ana "the" Salon'])
def test_names_in_other_scripts_arrive(bench: ServiceBench, name: str):
    bench.channel.send(replace(bench.good, sender_name=name, subject=name))
    assert bench.sandbox.mail_services.sent()[0].subject == name


def test_an_unsubscribe_address_with_odd_signs_makes_no_header(bench: ServiceBench):
    bench.channel.send(replace(bench.good, unsubscribe_url="https://pay.ana.example/u/a>\r\nBcc: x@y.example"))
    assert "unsubscribe" not in str(bench.sandbox.mail_services.sent()[0].headers).lower()


@pytest.mark.row("D4")
def test_t60_an_address_that_the_service_refuses_is_permanent_and_suppressed(bench: ServiceBench):
    with pytest.raises(PermanentError) as refused:
        bench.channel.send(replace(bench.good, address="chloe@refused.example"))
    assert refused.value.suppress is Suppress.REFUSED and not refused.value.is_ours
    assert "chloe" not in str(refused.value)


@pytest.mark.row("D4")
def test_t60_an_address_that_came_back_before_is_suppressed_at_once_or_by_the_report(bench: ServiceBench):
    message = replace(bench.good, address="inactive@client.example")
    if bench.slug == "postmark":
        with pytest.raises(PermanentError) as refused:
            bench.channel.send(message)
        assert refused.value.suppress is Suppress.REFUSED
        return
    bench.channel.send(message)
    [notice] = bench.notices()
    assert notice.failure_class == "permanent"
    assert notice.suppress is (None if bench.slug == "brevo" else Suppress.REFUSED)


def test_t60_a_sender_that_was_not_confirmed_is_told_to_the_business(bench: ServiceBench):
    with pytest.raises(MisconfiguredError, match="sender address"):
        bench.channel.send(replace(bench.good, sender="hello@unknown.example"))


@pytest.mark.row("D4")
@pytest.mark.parametrize("trouble", ["error_before", "error_after", "drop_before", "drop_after"])
def test_t60_after_a_5xx_or_a_broken_line_the_outcome_is_unknown(bench: ServiceBench, trouble: str):
    bench.sandbox.mail_services.trouble.add(trouble, match="POST")
    with pytest.raises(UnknownOutcomeError):
        bench.channel.send(bench.good)
    assert len(bench.received()) == (1 if trouble.endswith("after") else 0)


@pytest.mark.row("D4")
def test_t60_a_silence_after_the_mail_left_is_unknown_within_the_time_that_was_given(bench: ServiceBench):
    bench.sandbox.mail_services.trouble.add("timeout_after", match="POST", seconds=3)
    channel = bench.open()
    channel._limit_seconds = 0.6
    with pytest.raises(UnknownOutcomeError):
        channel.send(bench.good)
    assert len(bench.received()) == 1


@pytest.mark.row("D4")
def test_t60_a_limit_and_a_service_that_is_down_are_transient(bench: ServiceBench):
    bench.sandbox.mail_services.trouble.add("rate_limit", match="POST")
    with pytest.raises(TransientError) as waits:
        bench.channel.send(bench.good)
    assert waits.value.retry_after_seconds == 17
    bench.sandbox.mail_services.trouble.add("down", match="POST")
    with pytest.raises(TransientError):
        bench.channel.send(bench.good)
    assert bench.received() == []


def answering(bench: ServiceBench, status: int, body: bytes) -> Any:
    base = f"{bench.sandbox.mail_services_url}/{bench.slug}"
    return http.mounted(base, lambda _request, _deadline: http.OutsideResponse(status, {}, body))


# SendGrid answers with a status alone.
@pytest.mark.parametrize("bench", ["postmark", "mailgun", "brevo"], indirect=True)
@pytest.mark.parametrize("body", [b"<html>", b"[]", b"null", b'{"odd": 1}', b'{"id": 5, "message": null}', b"[" * 5000])
def test_an_answer_that_cannot_be_read_is_unknown(bench: ServiceBench, body: bytes):
    with answering(bench, 200, body), pytest.raises(UnknownOutcomeError):
        bench.channel.send(bench.good)


@pytest.mark.parametrize("status", [302, 400, 404, 413, 422])
@pytest.mark.parametrize("body", [b"", b"<html>", b'{"errors": 5}', b'{"errors": [5]}'])
def test_odd_refusals_have_a_class(bench: ServiceBench, status: int, body: bytes):
    with (
        answering(bench, status, body),
        pytest.raises((PermanentError, MisconfiguredError, UnknownOutcomeError)) as told,
    ):
        bench.channel.send(bench.good)
    assert isinstance(told.value, UnknownOutcomeError) == (status == 302)


def test_nothing_is_asked_of_another_host_and_the_key_is_in_no_error(bench: ServiceBench):
    asked: list[str] = []

    def wire(request: http.OutsideRequest, deadline: http.Deadline) -> http.OutsideResponse:
        asked.append(request.url)
        return http.OutsideResponse(500, {}, b'{"message": "' + API_KEY.encode() + b'"}')

    base = f"{bench.sandbox.mail_services_url}/{bench.slug}"
    with http.mounted(base, wire), pytest.raises(UnknownOutcomeError) as told:
        bench.channel.send(bench.good)
    assert asked and all(url.startswith(base + "/") for url in asked)
    assert API_KEY not in str(told.value)


@pytest.mark.parametrize(
    ("bench", "url"),
    [
        ("postmark", "https://api.postmarkapp.com/email"),
        ("sendgrid", "https://api.sendgrid.com/v3/mail/send"),
        ("mailgun", "https://api.eu.mailgun.net/v3/mg.ana.example/messages"),
        ("brevo", "https://api.brevo.com/v3/smtp/email"),
    ],
    indirect=["bench"],
)
def test_without_a_sandbox_the_services_own_address_is_called(bench: ServiceBench, url: str):
    asked: list[http.OutsideRequest] = []

    def wire(request: http.OutsideRequest, deadline: http.Deadline) -> http.OutsideResponse:
        asked.append(request)
        return http.OutsideResponse(429, {}, b"")

    channel = bench.open()
    channel._api_url = channel._service.api_url(bench.fields(), None)
    with http.mounted("/".join(url.split("/")[:3]), wire), pytest.raises(TransientError):
        channel.send(bench.good)
    assert [(one.method, one.url) for one in asked] == [("POST", url)]
    # Links stay as they are, and nobody is told who opened the mail.
    said = {
        "postmark": b'"TrackLinks": "None"',
        "sendgrid": b'"click_tracking": {"enable": false',
        "mailgun": b"tracking-clicks=no",
    }
    assert said.get(bench.slug, b"") in asked[0].body


def test_what_cannot_be_right_is_refused_before_anything_is_asked(bench: ServiceBench):
    wrong: dict[str, list[dict[str, str]]] = {
        "postmark": [{"report_secret": "short"}],
        "sendgrid": [{"report_secret": "not a key"}, {"report_secret": "QUJD"}],
        "mailgun": [{"domain": "../x"}, {"domain": ""}, {"region": "mars"}, {"report_secret": "schlüssel-schlüssel"}],
        "brevo": [{"report_secret": "short"}],
    }
    for changed in [{"api_key": ""}, {"api_key": "schlüssel"}, *wrong[bench.slug]]:
        with pytest.raises(MisconfiguredError):
            bench.open(**changed)


def test_a_check_that_is_not_answered_is_transient(bench: ServiceBench):
    for trouble in ("drop_before", "down", "rate_limit", "error_before"):
        bench.sandbox.mail_services.trouble.add(trouble)
        with pytest.raises(TransientError):
            bench.channel.check()


@pytest.mark.parametrize("bench", ["mailgun"], indirect=True)
def test_a_domain_that_mailgun_does_not_know_is_told(bench: ServiceBench):
    with pytest.raises(MisconfiguredError, match="does not know"):
        bench.open(domain="unknown.ana.example").check()


def refusing(bench: ServiceBench) -> Any:
    def wire(request: http.OutsideRequest, deadline: http.Deadline) -> http.OutsideResponse:
        raise http.OutsideError("Nobody listens.", sent=False)

    return http.mounted(f"{bench.sandbox.mail_services_url}/{bench.slug}", wire)


@pytest.mark.row("D4")
def test_t60_where_nobody_listens_nothing_left_and_it_is_tried_again(bench: ServiceBench):
    with refusing(bench), pytest.raises(TransientError, match="could not be reached"):
        bench.channel.send(bench.good)
    with refusing(bench), pytest.raises(TransientError, match="could not be reached"):
        bench.channel.check()


def test_a_check_that_is_refused_in_any_words_says_that_the_keys_do_not_fit(bench: ServiceBench):
    with answering(bench, 422, b"{}"), pytest.raises(MisconfiguredError, match="key"):
        bench.channel.check()


def test_a_mail_that_cannot_be_put_into_the_services_words_was_never_sent(
    bench: ServiceBench, monkeypatch: pytest.MonkeyPatch
):
    def unfit(_letter: object) -> object:
        raise ValueError("a sign that no header may hold")

    monkeypatch.setattr(library, "_mail", unfit)
    with pytest.raises(PermanentError) as refused:
        bench.channel.send(bench.good)
    assert refused.value.is_ours and bench.received() == []


def test_the_library_may_call_nothing_but_the_services_address():
    line = library._Line("https://api.service.example/", 5)
    for given in (
        {"url": "https://elsewhere.example/"},
        {"url": "https://api.service.example/", "files": {"a": b""}},
        {"url": "https://api.service.example/", "params": {"a": "b"}},
    ):
        with pytest.raises(library.UnfitError):
            line.request("POST", **given)


_WORDS: dict[str, list[tuple[int, bytes, str]]] = {
    "postmark": [(422, b'{"ErrorCode": 300, "Message": "Invalid \'From\' address."}', "sender address")],
    "sendgrid": [
        (403, b'{"errors": [{"message": "The from address is no verified Sender Identity"}]}', "sender address"),
        (
            400,
            b'{"errors": [{"message": "Does not contain a valid address.", "field": "from.email"}]}',
            "sender address",
        ),
    ],
    "mailgun": [(403, b'{"message": "Domain is disabled"}', "may not send")],
    "brevo": [(402, b"{}", "may not send"), (400, b'{"code": "not_enough_credits"}', "may not send")],
}


def test_what_the_business_has_to_mend_there_is_told_in_our_words(bench: ServiceBench):
    for status, body, said in _WORDS[bench.slug]:
        with answering(bench, status, body), pytest.raises(MisconfiguredError, match=said):
            bench.channel.send(bench.good)
