from __future__ import annotations

import pytest

from quittance.desk.tests.conftest import sign_in
from quittance.desk.tests.counter import HTMX, Counter, words
from quittance.flows.tests.post_office import PHONE, PostOffice
from quittance.messages.models import MessageTemplate
from tests.support.salon import Salon, open_salon

PAGE = "/settings/notifications/texts"
SMS = f"{PAGE}/payment_link/sms/en"
MAIL = f"{PAGE}/payment_link/email/de"


@pytest.mark.row("D3")
def test_ana_writes_her_own_sms_and_chloe_reads_it(at_noon: Salon, counter: Counter, office: PostOffice):
    assert "The standard text" in words(counter.client.get(SMS))
    typed = {"body": "Dear {client}, {amount}: {link}", "version": "0", "request_id": counter.new_id()}
    answer = counter.client.post(SMS, typed, follow=True)
    assert "Messages from now on say it like this." in words(answer) and "Your words" in words(answer)
    office.send(at_noon.visit(), "sms")
    office.deliver()
    assert office.sms.sent_to(PHONE)[0].text.startswith("Dear Chloe, €100.00: http")
    listed = words(counter.client.get(PAGE))
    assert listed.count("your own words") == 1


@pytest.mark.row("D3")
def test_the_list_is_of_one_language_and_names_those_with_own_texts(counter: Counter):
    typed = {"body": "Guten Tag {client}: {link}", "subject": "{amount}", "version": "0"}
    assert counter.client.post(f"{PAGE}/payment_link/sms/de", typed).status_code == 302
    for asked, shown in (("", "en"), ("?language=fr", "fr"), ("?language=klingon", "en")):
        page = counter.client.get(f"{PAGE}{asked}").content.decode()
        assert f"payment_link/sms/{shown}" in page
        assert not any(f"payment_link/sms/{other}" in page for other in ("en", "de", "fr") if other != shown)
        assert page.count("has texts of yours") == 1


@pytest.mark.row("D3")
def test_a_mistake_is_named_beside_its_box_and_what_was_typed_stays(counter: Counter):
    answer = counter.client.post(SMS, {"body": "Dear {name}", "version": "0"})
    assert answer.status_code == 422
    assert "{name} is not a placeholder here. Use one of: {business}, {client}" in words(answer)
    assert "Dear {name}</textarea>" in answer.content.decode()
    assert not MessageTemplate.objects.exists()


@pytest.mark.row("D3")
def test_the_preview_follows_the_typing_and_counts_the_sms(at_noon: Salon, counter: Counter):
    answer = counter.client.post(f"{SMS}/preview", {"body": "Hello {client}: {link}"}, headers=HTMX)
    text = words(answer)
    assert "Hello Chloe Martin: http" in text and "Costs 1 SMS" in text and "<html" not in answer.content.decode()
    odd = words(
        counter.client.post(f"{SMS}/preview", {"body": "Hello {client} 💇, see you soon: {link}"}, headers=HTMX)
    )
    assert "These signs more than double the price" in odd and "💇" in odd and "Costs 2 SMS" in odd
    wrong = words(counter.client.post(f"{SMS}/preview", {"body": "{nobody}"}, headers=HTMX))
    assert "{nobody} is not a placeholder here" in wrong
    assert not MessageTemplate.objects.exists()


@pytest.mark.row("D3")
def test_the_preview_takes_a_real_visit(at_noon: Salon, counter: Counter):
    visit = at_noon.visit(minor=8_000)
    assert f'value="{visit.pk}"' in counter.client.get(SMS).content.decode()
    typed = {"body": "{client} {staff} {amount}: {link}", "visit": str(visit.pk)}
    assert "Chloe Ben €80.00: http" in words(counter.client.post(f"{SMS}/preview", typed, headers=HTMX))


def test_without_scripts_the_preview_is_a_page_that_keeps_what_was_typed(counter: Counter):
    answer = counter.client.post(f"{SMS}/preview", {"body": "Hello {client}: {link}"})
    assert "Hello Chloe Martin" in words(answer) and "Hello {client}: {link}</textarea>" in answer.content.decode()


def test_dans_visit_is_not_shown_to_ana(at_noon: Salon, counter: Counter):
    dans = open_salon(at_noon.bank, owner="Dan")
    dans.chloe.name = "Dora"
    dans.chloe.save()
    typed = {"body": "{client}: {link}", "visit": str(dans.visit().pk)}
    answer = counter.client.post(f"{SMS}/preview", typed, headers=HTMX)
    assert answer.status_code == 404 and b"Dora" not in answer.content


@pytest.mark.row("D3")
def test_a_mail_is_previewed_with_its_parts_in_its_language(counter: Counter):
    text = words(counter.client.get(MAIL))
    assert "Guten Tag Chloe Martin," in text and "Ansehen und 60,00 € zahlen" in text


@pytest.mark.row("D3")
def test_a_text_for_a_visit_whose_time_is_missing_says_that_the_standard_is_sent(at_noon: Salon, counter: Counter):
    visit = at_noon.visit()
    visit.starts_at = None
    visit.save()
    typed = {"body": "{when}: {link}", "visit": str(visit.pk)}
    text = words(counter.client.post(f"{SMS}/preview", typed, headers=HTMX))
    assert "One of its placeholders has no value for this visit. The standard text is sent then:" in text


@pytest.mark.row("D3")
def test_whoever_saves_second_sees_what_the_first_wrote(counter: Counter):
    counter.client.post(SMS, {"body": "First: {link}", "version": "0", "request_id": counter.new_id()})
    late = counter.client.post(SMS, {"body": "Second: {link}", "version": "0", "request_id": counter.new_id()})
    text = words(late)
    assert late.status_code == 422 and "Somebody changed this text meanwhile." in text
    assert "First: {link}" in text and "Second: {link}" in text
    again = {"body": "Second: {link}", "version": "1", "request_id": counter.new_id()}
    assert counter.client.post(SMS, again).status_code == 302
    assert MessageTemplate.objects.get().body == "Second: {link}"


@pytest.mark.row("D3")
def test_the_standard_text_comes_back_by_one_press(counter: Counter):
    counter.client.post(SMS, {"body": "Mine: {link}", "version": "0", "request_id": counter.new_id()})
    stale = counter.client.post(f"{SMS}/reset", {"version": "0", "request_id": counter.new_id()})
    assert stale.status_code == 409 and "Somebody changed this text meanwhile." in words(stale)
    answer = counter.client.post(f"{SMS}/reset", {"version": "1", "request_id": counter.new_id()}, follow=True)
    assert "The standard text is back." in words(answer) and "See and pay: {link}" in words(answer)


def test_texts_that_do_not_exist_are_not_found(counter: Counter):
    for path in (f"{PAGE}/nothing/sms/en", f"{PAGE}/payment_link/pigeon/en", f"{PAGE}/payment_link/sms/xx"):
        assert counter.client.get(path).status_code == 404


@pytest.mark.row("K1")
def test_a_receptionist_may_not_write_texts(at_noon: Salon):
    client = sign_in(at_noon, "receptionist", "eva@salon.example")
    assert client.get(PAGE).status_code == 403
    assert client.post(SMS, {"body": "x {link}", "version": "0"}).status_code == 403
