"""T59 and T60: what networks refuse, lose, repeat and take back, from their own codes to what the client gets."""

from __future__ import annotations

import itertools

import pytest

from quittance.flows import read_message_report, set_notification
from quittance.flows.errors import RefusedError
from quittance.flows.send_message import MOST_ATTEMPTS
from quittance.flows.tests.post_office import EMAIL, PHONE, PostOffice
from quittance.message_channels.port import (
    ChannelError,
    DeliveryState,
    InboundText,
    Notice,
    StatusNotice,
    Suppress,
    UnknownOutcomeError,
    Wish,
)
from quittance.message_channels.smtp import translate as smtp
from quittance.message_channels.twilio import translate as twilio
from quittance.message_channels.whatsapp import translate as whatsapp
from quittance.messages import queries
from quittance.messages.models import ChannelAccount, Message, Suppression

OUT, NO = "opted_out", "refused"


@pytest.fixture
def falling(office: PostOffice) -> PostOffice:
    for type_ in ("payment_link", "payment_received"):
        set_notification.set_notification(
            actor=office.salon.actor,
            type=type_,
            enabled=True,
            channels=["email", "sms"],
            falls_back=True,
            now=office.salon.now,
        )
    return office


def sms(code: int) -> ChannelError:
    return twilio.refusal(status=400, code=code)


def wa(code: int) -> ChannelError:
    return whatsapp.refusal(status=400, code=code)


def tell(office: PostOffice, *notices: Notice, channel: str = "sms") -> int:
    account = ChannelAccount.objects.get(business=office.salon.business, channel=channel)
    return read_message_report.apply(account_id=account.pk, notices=notices, now=office.salon.now)


def states() -> list[str]:
    return list(Message.objects.order_by("pk").values_list("state", flat=True))


def suppressed() -> list[tuple[str, str]]:
    return list(Suppression.objects.values_list("channel", "reason"))


@pytest.mark.row("D4", "D5")
@pytest.mark.parametrize(("code", "reason"), [(21610, OUT), (21211, NO), (21614, NO), (21635, NO)])
def test_t59_a_number_that_is_refused_for_good_is_suppressed_and_the_mail_goes_once(
    falling: PostOffice, code: int, reason: str
):
    visit = falling.salon.visit()
    falling.sms.refuse_next(sms(code))
    falling.send(visit, "sms")
    assert [*falling.deliver(), *falling.work(), *falling.work()] == ["failed", "sent"]
    assert suppressed() == [("sms", reason)]
    assert len(falling.email.sent_to(EMAIL)) == 1
    # It holds across templates, and nothing tries the network again.
    for type_ in ("payment_link", "payment_received", "refund", "visit_moved", "gift_card"):
        assert queries.why_not(business_id=visit.business_id, channel="sms", address=PHONE, type=type_)
    with pytest.raises(RefusedError):
        falling.send(visit, "sms")
    assert falling.sms.calls == ["send"]


@pytest.mark.row("D4")
def test_t59_a_full_queue_is_tried_again_and_then_gives_way_once(falling: PostOffice):
    falling.send(falling.salon.visit(), "sms")
    falling.salon.wait(seconds=5)
    for _ in range(MOST_ATTEMPTS):
        falling.sms.refuse_next(sms(21611))
        falling.work()
        falling.salon.wait(hours=1)
    assert [*falling.work(), *falling.work()] == ["sent"]
    assert states() == ["failed", "sent"] and suppressed() == []


@pytest.mark.row("D4")
@pytest.mark.parametrize(("code", "stops"), [(30003, []), (30006, [("sms", NO)])])
def test_t59_what_fails_on_the_way_falls_back_once_and_only_a_landline_is_suppressed(
    falling: PostOffice, code: int, stops: list[tuple[str, str]]
):
    visit = falling.salon.visit()
    falling.send(visit, "sms")
    falling.deliver()
    form = {"MessageSid": "fake-0", "MessageStatus": "undelivered", "ErrorCode": str(code)}
    notice = twilio.read_form(form, key="")
    assert isinstance(notice, StatusNotice)
    tell(falling, notice, notice)
    tell(falling, notice)
    assert [*falling.work(), *falling.work()] == ["sent"]
    assert states() == ["failed", "sent"] and suppressed() == stops
    first = Message.objects.earliest("pk")
    assert first.failure_class == ("permanent" if stops else "transient")


@pytest.mark.row("D5")
def test_t59_stop_and_start_reach_every_template_and_what_waits(falling: PostOffice):
    visit = falling.salon.visit()
    falling.send(visit, "sms")
    tell(falling, InboundText("in:1", "1", PHONE, Wish.STOP))
    assert falling.deliver() == ["dropped"]
    with pytest.raises(RefusedError, match="opted out"):
        falling.send(visit, "sms")
    with pytest.raises(RefusedError, match="opted out"):
        falling.send(visit, once_to=PHONE)
    tell(falling, InboundText("in:2", "2", PHONE, Wish.START))
    falling.send(visit, "sms")
    assert falling.deliver() == ["sent"]


@pytest.mark.parametrize(
    "words",
    [
        "stop",
        "Stop.",
        "STOPP",
        "Abmelden",
        "arrêt",
        "ALTO",
        "baja",
        "afmelden",
        "parar",
        "стоп",
        "dur",
        "إيقاف",
        "stop!",
    ],
)
def test_t59_stop_is_understood_as_clients_write_it_by_sms_and_by_whatsapp(words: str):
    text = twilio.read_form({"MessageSid": "1", "Body": words, "From": PHONE}, key="")
    assert isinstance(text, InboundText) and text.wish is Wish.STOP
    value = {
        "metadata": {"phone_number_id": "1"},
        "messages": [{"id": "a", "from": "49151", "type": "text", "text": {"body": words}}],
    }
    body = {"entry": [{"changes": [{"field": "messages", "value": value}]}]}
    (inbound,) = whatsapp.read_notices(body, phone_number_id="1")
    assert isinstance(inbound, InboundText) and inbound.wish is Wish.STOP


def test_t59_a_number_without_country_code_is_of_the_place_and_an_impossible_one_is_refused(office: PostOffice):
    office.send(office.salon.visit(), once_to="0151 7654321")
    assert Message.objects.get().address == "+491517654321"
    with pytest.raises(RefusedError, match="too few or too many"):
        office.send(office.salon.visit(), once_to="0151")


def test_t59_the_run_goes_on_past_a_refused_number(office: PostOffice):
    first, second = office.salon.visit(), office.salon.visit()
    office.sms.refuse_next(sms(21408))
    office.send(first, "sms")
    office.send(second, "sms")
    assert office.deliver() == ["failed", "sent"]


@pytest.mark.row("D4")
@pytest.mark.parametrize(
    ("code", "stops"), [(131047, []), (132000, []), (132001, []), (132015, []), (131026, [("sms", NO)])]
)
def test_t60_what_whatsapp_refuses_for_good_falls_back_once(
    falling: PostOffice, code: int, stops: list[tuple[str, str]]
):
    falling.sms.refuse_next(wa(code))
    falling.send(falling.salon.visit(), "sms")
    assert [*falling.deliver(), *falling.work(), *falling.work()] == ["failed", "sent"]
    assert suppressed() == stops and falling.sms.calls == ["send"]
    # A template that does not fit is the business's to mend, so its health says so.
    noted = ChannelAccount.objects.get(channel="sms").last_failure
    assert bool(noted) == (code in {132000, 132001, 132015})


def test_t60_too_fast_waits_and_is_sent(falling: PostOffice):
    falling.sms.refuse_next(wa(130429))
    falling.send(falling.salon.visit(), "sms")
    assert falling.deliver() == ["queued"]
    falling.salon.wait(minutes=1)
    assert falling.work() == ["sent"] and states() == ["sent"]


@pytest.mark.row("D4")
@pytest.mark.parametrize("words", list(itertools.permutations(["read", "delivered", "sent", "sent"])))
def test_t60_statuses_in_any_sequence_and_doubled_end_in_delivered(office: PostOffice, words: tuple[str, ...]):
    visit = office.salon.visit()
    office.send(visit, "sms")
    office.deliver()
    for word in words:
        tell(office, StatusNotice(f"fake-0:{word}", "fake-0", "", whatsapp.STATUSES[word]))
    assert office.message(visit).state == "delivered"


@pytest.mark.row("D4")
def test_t60_failed_and_then_delivered_leaves_it_delivered_and_nothing_more_is_sent(falling: PostOffice):
    visit = falling.salon.visit()
    falling.send(visit, "sms")
    falling.deliver()
    tell(falling, StatusNotice("a", "fake-0", "", DeliveryState.FAILED, "30008", "No reason.", "transient"))
    tell(falling, StatusNotice("b", "fake-0", "", DeliveryState.DELIVERED))
    assert falling.work() == ["dropped"]
    assert states() == ["delivered", "dropped"] and falling.email.accepted == []


def test_t60_delivered_after_the_other_channel_was_used_falls_back_no_second_time(falling: PostOffice):
    falling.send(falling.salon.visit(), "sms")
    falling.deliver()
    failed = StatusNotice("a", "fake-0", "", DeliveryState.FAILED, "30008", "No reason.", "transient")
    tell(falling, failed)
    assert falling.work() == ["sent"]
    tell(falling, StatusNotice("b", "fake-0", "", DeliveryState.DELIVERED), failed)
    assert falling.work() == [] and states() == ["delivered", "sent"]


@pytest.mark.row("D4")
@pytest.mark.parametrize(
    ("reply", "words", "stops"),
    [
        (550, b"5.1.1 no such user", [("email", NO)]),
        (550, b"5.7.1 spam", []),
        (552, b"5.2.2 full", []),
        (550, b"5.1.10 null mx", []),
    ],
)
def test_t60_a_mail_refused_for_good_suppresses_only_who_does_not_exist(
    falling: PostOffice, reply: int, words: bytes, stops: list[tuple[str, str]]
):
    falling.email.refuse_next(smtp.refusal(reply, words))
    falling.send(falling.salon.visit(), "email")
    assert [*falling.deliver(), *falling.work(), *falling.work()] == ["failed", "sent"]
    assert suppressed() == stops and len(falling.sms.accepted) == 1


def test_t60_a_mail_that_is_put_off_is_the_same_mail_at_every_try(office: PostOffice):
    visit = office.salon.visit()
    office.email.refuse_next(smtp.refusal(451, b"4.3.0 later"))
    office.send(visit, "email")
    assert office.deliver() == ["queued"]
    key = office.message(visit, "email").key
    office.salon.wait(minutes=5)
    assert office.work() == ["sent"]
    assert smtp.message_id(office.email.accepted[0]).startswith(f"<{key}@")


def test_t60_silence_after_the_mail_is_never_sent_again_and_a_report_clears_it_up(falling: PostOffice):
    visit = falling.salon.visit()
    falling.email.can_find = False
    falling.email.refuse_next(UnknownOutcomeError("The mail server did not say whether it took the mail."))
    falling.send(visit, "email")
    falling.deliver()
    for _ in range(4):
        falling.salon.wait(hours=1)
        falling.work()
    message = falling.message(visit, "email")
    assert (message.state, message.next_attempt_at) == ("unknown", None)
    assert falling.email.accepted == [] and falling.sms.accepted == []
    tell(
        falling,
        StatusNotice("c", f"<{message.key}@ana.example>", message.key, DeliveryState.DELIVERED),
        channel="email",
    )
    assert falling.message(visit, "email").state == "delivered"


@pytest.mark.row("D4", "D5")
def test_t60_a_bounce_that_comes_later_fails_it_and_falls_back_once(falling: PostOffice):
    falling.send(falling.salon.visit(), "email")
    falling.deliver()
    bounce = StatusNotice(
        "d",
        "fake-0",
        "",
        DeliveryState.FAILED,
        "5.1.1",
        "There is no such address (5.1.1).",
        "permanent",
        Suppress.REFUSED,
    )
    tell(falling, bounce, bounce, channel="email")
    assert [*falling.work(), *falling.work()] == ["sent"]
    assert suppressed() == [("email", NO)] and states() == ["failed", "sent"]
    assert Suppression.objects.get().detail == "There is no such address (5.1.1)."


@pytest.mark.row("D5")
def test_a_complaint_stops_all_but_what_the_client_is_owed(office: PostOffice):
    visit = office.salon.visit()
    office.send(visit, "email")
    office.deliver()
    complaint = StatusNotice("e", "fake-0", "", DeliveryState.DELIVERED, suppress=Suppress.COMPLAINED)
    tell(office, complaint, complaint, channel="email")
    assert office.message(visit, "email").state == "delivered"
    with pytest.raises(RefusedError, match="unwanted"):
        office.send(visit, "email")
    why = {
        type_: queries.why_not(business_id=visit.business_id, channel="email", address=EMAIL, type=type_)
        for type_ in ("payment_received", "refund", "gift_card", "membership", "payment_failed")
    }
    assert set(why.values()) == {""}
