"""Find links: tabs, filters, search, numbers and the file."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest

from quittance.calendar import queries_link_ids, queries_links
from quittance.clients.models import Client as ClientCard
from quittance.clients.models import ContactPoint
from quittance.desk.tests.counter import Counter, words
from quittance.flows import record_access
from quittance.flows.tests.post_office import PostOffice
from quittance.message_channels.port import PermanentError
from quittance.payments.models import PaymentLink
from tests.support.salon import Salon, open_salon

PATH = "/finance/links"


def amounts(counter: Counter, query: str = "") -> list[str]:
    """What the lines ask, the newest first."""
    rows = csv.reader(io.StringIO(body(counter, query)))
    return [row[1] for row in rows][1:]


def body(counter: Counter, query: str = "") -> str:
    answer = counter.client.get(f"{PATH}.csv{query}")
    assert answer.status_code == 200 and answer.streaming
    return answer.getvalue().decode("utf-8-sig")


def on_page(counter: Counter, query: str) -> str:
    answer = counter.client.get(f"{PATH}{query}")
    assert answer.status_code == 200
    return words(answer)


@pytest.mark.row("E1", "E3")
def test_each_tab_holds_its_links(at_noon: Salon, counter: Counter, office: PostOffice):
    sent, seen, lost, gone, paid = (at_noon.visit(minor=1_000 * n) for n in (1, 2, 3, 4, 5))
    office.send(sent, "email")
    office.send(seen, "email")
    office.deliver()
    record_access.record(token=at_noon.link(seen), now=at_noon.now)
    office.sms.refuse_next(PermanentError("30005", "This number does not exist."))
    office.send(lost, "sms")
    office.deliver()
    at_noon.link(gone, expires_at=at_noon.now + timedelta(minutes=1))
    at_noon.bank.pay(at_noon.open_page(paid))
    at_noon.settle(paid)
    at_noon.wait(minutes=2)
    assert amounts(counter) == ["50.00", "40.00", "30.00", "20.00", "10.00"]
    assert amounts(counter, "?tab=sent") == ["10.00"]
    assert amounts(counter, "?tab=accessed") == ["20.00"]
    assert amounts(counter, "?tab=paid") == ["50.00"]
    assert amounts(counter, "?tab=expired") == ["40.00"]
    assert amounts(counter, "?tab=follow_up") == ["30.00", "20.00"]
    assert amounts(counter, "?tab=follow_up&why=opened") == ["20.00"]
    assert amounts(counter, "?tab=follow_up&why=failed") == ["30.00"]
    assert "Accessed, not paid" in on_page(counter, "?tab=follow_up")


@pytest.mark.row("E1")
def test_filters_by_who_made_it_channel_day_and_amount(at_noon: Salon, counter: Counter, office: PostOffice):
    old = at_noon.visit(minor=1_000)
    at_noon.link(old)
    at_noon.wait(days=3)
    office.send(at_noon.visit(minor=2_000), "sms")
    office.deliver()
    visit = at_noon.visit(minor=3_000)
    counter.press(f"/visits/{visit.pk}/link/make")
    assert amounts(counter, f"?made_by={counter.user.pk}") == ["30.00"]
    assert amounts(counter, "?channel=sms") == ["20.00"]
    assert amounts(counter, "?channel=none") == ["30.00", "10.00"]
    assert amounts(counter, "?first=2026-11-29") == ["30.00", "20.00"]
    assert amounts(counter, "?last=2026-11-26") == ["10.00"]
    assert amounts(counter, "?least=15&most=25") == ["20.00"]
    assert amounts(counter, "?least=15&channel=none") == ["30.00"]


@pytest.mark.row("E1")
def test_the_search_knows_names_phones_amounts_and_links(at_noon: Salon, counter: Counter):
    at_noon.link(at_noon.visit(minor=4_500))
    nora = ClientCard.objects.create(
        business=at_noon.business, name="Nora Weiß", search_name="nora weiss", created_at=at_noon.now
    )
    ContactPoint.objects.create(business=at_noon.business, client=nora, kind="phone", value="+493012345")
    visit = at_noon.visit(minor=6_000)
    visit.bill.client = nora
    visit.bill.save()
    token = at_noon.link(visit)
    assert amounts(counter, "?q=Nora") == ["60.00"]
    assert amounts(counter, "?q=%2B493012345") == ["60.00"]
    assert amounts(counter, "?q=45,00") == ["45.00"]
    assert amounts(counter, "?q=60") == ["60.00"]
    assert amounts(counter, f"?q=http://localhost:8000/p/{token}") == ["60.00"]
    assert amounts(counter, "?q=Nobody") == []
    assert "Nothing found" in on_page(counter, "?q=Nobody")


@pytest.mark.row("E1", "K3")
def test_another_business_is_not_found_by_its_link(at_noon: Salon, counter: Counter):
    dan = open_salon(at_noon.bank, owner="Dan")
    token = dan.link(dan.visit())
    at_noon.link(at_noon.visit())
    assert amounts(counter, f"?q={token}") == []
    assert amounts(counter) == ["100.00"]


@pytest.mark.row("E1")
def test_what_cannot_be_is_said_beside_the_box(at_noon: Salon, counter: Counter):
    for query, says in (("?first=soon", "Choose a day."), ("?least=lots", "amount"), ("?channel=x", "Choose one")):
        answer = counter.client.get(PATH + query)
        assert answer.status_code == 422
        assert says in words(answer)
        assert counter.client.get(f"{PATH}.csv{query}").status_code == 422


@pytest.mark.row("E1")
def test_filters_and_tab_stay_on_the_way_to_older_links(
    at_noon: Salon, counter: Counter, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(queries_links, "PAGE_SIZE", 1)
    for minor in (1_000, 2_000, 9_000):
        at_noon.link(at_noon.visit(minor=minor))
    page = counter.client.get(f"{PATH}?most=50").content.decode()
    second = PaymentLink.objects.order_by("pk")[1]
    assert f'href="{PATH}?most=50&amp;before={second.pk}"' in page


@pytest.mark.row("E1")
def test_hostile_names_are_inert_in_the_file(at_noon: Salon, counter: Counter):
    at_noon.chloe.name = '=HYPERLINK("http://evil.example","x")'
    at_noon.chloe.save()
    at_noon.link(at_noon.visit())
    row = list(csv.reader(io.StringIO(body(counter))))[1]
    assert row[4] == '\'=HYPERLINK("http://evil.example","x")'
    assert row[:4] == [str(PaymentLink.objects.get().pk), "100.00", "EUR", "0.00"]


@pytest.mark.row("E1")
def test_the_numbers_of_thirty_days_stand_above_with_a_picture(at_noon: Salon, counter: Counter):
    paid, seen = at_noon.visit(minor=1_000), at_noon.visit(minor=2_000)
    at_noon.bank.pay(at_noon.open_page(paid))
    at_noon.settle(paid)
    record_access.record(token=at_noon.link(seen), now=at_noon.now)
    answer = counter.client.get(PATH)
    text = answer.content.decode()
    assert 'aria-label="In 30 days: 2 sent, 2 accessed, 1 paid."' in text
    assert "Thu 26 Nov: 2 sent, 2 accessed, 1 paid" in text
    assert "Links of the last 30 days Sent 2 Accessed 2 Paid 1 50 %" in words(answer)
    assert "Links of the last 30 days" not in on_page(counter, "?tab=paid")


@pytest.mark.row("E1")
def test_a_filter_that_found_nothing_so_far_says_since_when_and_looks_further_back(
    at_noon: Salon, counter: Counter, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(queries_link_ids, "LOOKED_AT", 3)
    monkeypatch.setattr(queries_link_ids, "LED_TO", 2)
    for minor in (7_000, 7_100, 7_200, 1_000, 1_000, 1_000):
        at_noon.link(at_noon.visit(minor=minor))
        at_noon.wait(days=1)
    links = list(PaymentLink.objects.order_by("pk"))
    first = on_page(counter, "?least=70")
    assert "Nothing found so far" in first
    assert "Looked at the links made since 29 Nov 2026. Look further back" in first
    second = on_page(counter, f"?least=70&before={links[3].pk}")
    assert "70.00" in second and "72.00" in second
    assert "Look further back" not in second
    # A file has them all, however many stretches it takes.
    assert amounts(counter, "?least=70") == ["72.00", "71.00", "70.00"]
