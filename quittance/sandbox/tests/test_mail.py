"""The mailbox: everything arrives, unless trouble was ordered."""

import smtplib
from email.message import EmailMessage

import pytest

from quittance.sandbox import Sandbox
from quittance.sandbox.mail import MAIL_TROUBLE
from quittance.sandbox.tests.support import Shop

CHLOE = "chloe@example.com"


def mail() -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Salon Mitte <hello@salon.example>"
    message["To"] = CHLOE
    message["Subject"] = "Grüße, your visit"
    message["Message-ID"] = "<1@salon.example>"
    message.set_content("Pay here: http://salon.example/p/1")
    message.add_alternative("<p>Pay <a href='http://salon.example/p/1'>here</a></p>", subtype="html")
    return message


def hand_over(sandbox: Sandbox, message: EmailMessage) -> None:
    with smtplib.SMTP(sandbox.smtp_host, sandbox.smtp_port, timeout=10) as line:
        line.send_message(message)


def test_a_mail_lies_in_the_mailbox_with_both_its_parts(shop: Shop) -> None:
    hand_over(shop.sandbox, mail())
    [letter] = shop.sandbox.mail.received(to="Chloe@Example.com")
    assert letter.subject == "Grüße, your visit"
    assert letter.text.strip() == "Pay here: http://salon.example/p/1"
    assert "<a href=" in letter.html
    assert letter.headers["Message-ID"] == "<1@salon.example>"
    assert [one.service for one in shop.sandbox.requests()] == ["smtp"]


@pytest.mark.parametrize("kind", ["refuse_now", "greylist", "full", "down", "refuse_recipient"])
def test_a_refused_mail_is_not_kept(shop: Shop, kind: str) -> None:
    shop.sandbox.mail.trouble.add(kind)
    with pytest.raises(smtplib.SMTPException) as refused:
        hand_over(shop.sandbox, mail())
    assert MAIL_TROUBLE[kind][:3] in str(refused.value)
    assert shop.sandbox.mail.received() == []
    hand_over(shop.sandbox, mail())
    assert len(shop.sandbox.mail.received()) == 1


@pytest.mark.parametrize("kind", ["drop_after", "silence_after"])
def test_a_mail_may_be_taken_without_an_answer(shop: Shop, kind: str) -> None:
    shop.sandbox.mail.trouble.seconds = 0.1
    shop.sandbox.mail.trouble.add(kind)
    with pytest.raises((smtplib.SMTPServerDisconnected, smtplib.SMTPResponseException)):
        hand_over(shop.sandbox, mail())
    assert len(shop.sandbox.mail.received()) == 1


def test_nobody_has_no_mailbox(shop: Shop) -> None:
    message = mail()
    message.replace_header("To", "nobody@example.com")
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        hand_over(shop.sandbox, message)


def test_a_log_in_may_be_asked_for(shop: Shop) -> None:
    shop.sandbox.mail.login = ("ana", "secret")
    with pytest.raises(smtplib.SMTPException):
        hand_over(shop.sandbox, mail())
    with smtplib.SMTP(shop.sandbox.smtp_host, shop.sandbox.smtp_port, timeout=10) as line:
        with pytest.raises(smtplib.SMTPAuthenticationError):
            line.login("ana", "wrong")
        line.login("ana", "secret")
        line.send_message(mail())
    assert len(shop.sandbox.mail.received()) == 1


def test_unknown_trouble_is_refused_in_a_sentence(shop: Shop) -> None:
    with pytest.raises(ValueError, match="Choose one of"):
        shop.sandbox.mail.trouble.add("flood")
