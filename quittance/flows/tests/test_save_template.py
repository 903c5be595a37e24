from __future__ import annotations

from dataclasses import replace

import pytest

from quittance.audit.models import AuditEntry
from quittance.core.actor import NotAllowedError
from quittance.flows import save_template
from quittance.flows.errors import FieldError, RefusedError
from quittance.flows.save_template import TemplateChangedError
from quittance.flows.tests.post_office import PHONE, PostOffice
from quittance.messages.models import MessageTemplate
from quittance.messages.queries_templates import own_text
from quittance.messages.texts import OwnText
from tests.support.salon import Salon, open_salon

SMS = OwnText(body="Dear {client}, {amount} please: {link}")
MAIL = OwnText(subject="{amount}", heading="Hello", body="Pay {amount}.")


def save(
    salon: Salon,
    text: OwnText = SMS,
    *,
    kind: str = "payment_link",
    channel: str = "sms",
    language: str = "en",
    version: int = 0,
) -> int:
    return save_template.save(
        actor=salon.actor,
        kind=kind,
        channel=channel,
        language=language,
        text=text,
        expected_version=version,
        now=salon.now,
    )


@pytest.mark.row("D3")
def test_a_client_reads_the_salons_own_words(salon: Salon, office: PostOffice):
    save(salon)
    office.send(salon.visit(), "sms")
    office.deliver()
    [sent] = office.sms.sent_to(PHONE)
    assert sent.text.startswith("Dear Chloe") and "please: http" in sent.text


@pytest.mark.row("D3")
def test_reset_brings_the_standard_text_back_and_versions_count_on(salon: Salon):
    version = save(salon)
    assert (
        save_template.reset(
            actor=salon.actor,
            kind="payment_link",
            channel="sms",
            language="en",
            expected_version=version,
            now=salon.now,
        )
        == 2
    )
    assert own_text(business_id=salon.business.pk, kind="payment_link", channel="sms", language="en") is None
    with pytest.raises(TemplateChangedError):
        save(salon, version=1)
    assert save(salon, version=2) == 3
    assert list(AuditEntry.objects.order_by("pk").values_list("action", flat=True)) == [
        "template.saved",
        "template.reset",
        "template.saved",
    ]


@pytest.mark.row("D3")
def test_two_people_do_not_overwrite_each_other(salon: Salon):
    save(salon)
    with pytest.raises(TemplateChangedError):
        save(salon, replace(SMS, body="Mine: {link}"))
    with pytest.raises(TemplateChangedError):
        save(salon, replace(SMS, body="Mine: {link}"), version=7)
    assert MessageTemplate.objects.get().body == SMS.body


@pytest.mark.row("D3")
@pytest.mark.parametrize(
    ("channel", "text", "box"),
    [
        ("sms", OwnText(body="Dear {client}"), "body"),
        ("sms", OwnText(body=""), "body"),
        ("sms", OwnText(body="{link} {secret}"), "body"),
        ("sms", OwnText(body="x" * 700 + "{link}"), "body"),
        ("email", replace(MAIL, subject=""), "subject"),
        ("email", replace(MAIL, heading="{link.x}"), "heading"),
        ("email", replace(MAIL, note="}"), "note"),
        ("email", replace(MAIL, button="b" * 41), "button"),
    ],
)
def test_what_cannot_be_kept_names_its_box(salon: Salon, channel: str, text: OwnText, box: str):
    with pytest.raises(FieldError) as refused:
        save(salon, text, channel=channel)
    assert refused.value.field == box
    assert not MessageTemplate.objects.exists()


def test_texts_that_do_not_exist_are_refused(salon: Salon):
    with pytest.raises(RefusedError):
        save(salon, kind="nothing")
    with pytest.raises(RefusedError):
        save(salon, language="xx")
    with pytest.raises(RefusedError):
        save(salon, channel="pigeon")


def test_line_ends_and_turning_marks_do_not_reach_a_subject(salon: Salon):
    save(salon, replace(MAIL, subject="A\r\nBcc: x@y.example\u202e"), channel="email")
    assert MessageTemplate.objects.get().subject == "A Bcc: x@y.example"


def test_dan_does_not_see_and_cannot_change_anas_words(salon: Salon):
    dans = open_salon(salon.bank, owner="Dan")
    save(salon)
    save(dans, replace(SMS, body="Dan: {link}"))
    assert MessageTemplate.objects.count() == 2
    found = own_text(business_id=salon.business.pk, kind="payment_link", channel="sms", language="en")
    assert found is not None and found.body == SMS.body


def test_without_the_right_nothing_is_saved(salon: Salon):
    weak = replace(salon.actor, rights={})
    with pytest.raises(NotAllowedError):
        save_template.save(
            actor=weak, kind="payment_link", channel="sms", language="en", text=SMS, expected_version=0, now=salon.now
        )
    assert not MessageTemplate.objects.exists()
