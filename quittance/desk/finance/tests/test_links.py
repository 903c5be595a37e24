from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from quittance.businesses.models import Location
from quittance.calendar import queries_links
from quittance.desk.tests.conftest import sign_in
from quittance.desk.tests.counter import Counter, words
from quittance.flows import record_access
from quittance.flows.tests.post_office import PostOffice
from quittance.message_channels.port import PermanentError
from tests.support.salon import Salon


def rows(client: Client, query: str = "") -> list[str]:
    """The words of each line of the list."""
    text = client.get(f"/finance/links{query}").content.decode()
    body = re.search(r"<tbody>(.*)</tbody>", text, re.DOTALL)
    found = re.findall(r"<tr>(.*?)</tr>", body[1], re.DOTALL) if body else []
    return [" ".join(re.sub(r"<[^>]+>", " ", one).replace("\xa0", " ").split()) for one in found]


@pytest.mark.row("E1")
def test_each_link_stands_with_amount_client_status_channel_and_end(
    at_noon: Salon, counter: Counter, office: PostOffice
):
    visit, other = at_noon.visit(minor=6_000), at_noon.visit(minor=2_500)
    office.send(visit, "sms")
    office.deliver()
    token = at_noon.link(other, expires_at=at_noon.now + timedelta(hours=2))
    lines = rows(counter.client)
    assert len(lines) == 2
    assert "€25.00 Chloe created Thu 26 Nov, 14:00 copy or QR" in lines[0]
    assert "in 2 h" in lines[0]
    assert "€60.00 Chloe sent Thu 26 Nov, 14:00 SMS" in lines[1]
    assert "until paid" in lines[1]
    page = counter.client.get("/finance/links").content.decode()
    assert f'data-copy="http://localhost:8000/p/{token}"' in page
    assert f'href="/visits/{visit.pk}?tab=checkout"' in page


@pytest.mark.row("E1", "E3")
def test_the_follow_up_tab_holds_who_opened_without_paying_and_what_did_not_arrive(
    at_noon: Salon, counter: Counter, office: PostOffice
):
    opened, lost, paid, quiet = (at_noon.visit(minor=1_000 * n) for n in (1, 2, 3, 4))
    record_access.record(token=at_noon.link(opened), now=at_noon.now)
    office.sms.refuse_next(PermanentError("30005", "This number does not exist."))
    office.send(lost, "sms")
    office.deliver()
    at_noon.bank.pay(at_noon.open_page(paid))
    at_noon.settle(paid)
    at_noon.link(quiet)
    page = words(counter.client.get("/finance/links"))
    assert "Follow up 2" in page
    lines = rows(counter.client, "?tab=follow_up")
    assert ["€20.00" in lines[0], "€10.00" in lines[1], len(lines)] == [True, True, 2]
    assert "A message did not arrive." in lines[0]
    assert "Opened Thu 26 Nov, 14:00, not paid." in lines[1]
    assert [line[:6] for line in rows(counter.client, "?tab=paid")] == ["€30.00"]
    assert rows(counter.client, "?tab=expired") == []


@pytest.mark.row("E1", "E3")
def test_whoever_is_paying_or_has_agreed_to_needs_no_follow_up(at_noon: Salon, counter: Counter):
    paying, agreed = at_noon.visit(minor=1_000), at_noon.visit(minor=2_000)
    at_noon.open_page(paying)
    at_noon.bank.delay(at_noon.open_page(agreed))
    at_noon.settle(agreed)
    assert rows(counter.client, "?tab=follow_up") == []
    at_noon.wait(minutes=16)
    assert [line[:6] for line in rows(counter.client, "?tab=follow_up")] == ["€10.00"]


@pytest.mark.row("E1")
def test_a_part_paid_link_shows_all_it_asks_and_what_came(at_noon: Salon, counter: Counter):
    visit = at_noon.visit(minor=10_000)
    token = at_noon.link(visit)
    at_noon.bank.pay(at_noon.press_pay(token).address)
    at_noon.settle(visit)
    at_noon.link(at_noon.visit(minor=4_000), ask="amount", amount=at_noon.eur(1_500))
    lines = rows(counter.client)
    assert lines[0].startswith("€15.00 Chloe created")
    assert lines[1].startswith("€100.00 Chloe paid")


@pytest.mark.row("E1")
def test_the_list_comes_in_pages_that_follow_one_another(
    at_noon: Salon, counter: Counter, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(queries_links, "PAGE_SIZE", 2)
    for minor in (100, 200, 300, 400, 500):
        at_noon.link(at_noon.visit(minor=minor))
    seen, path = [], "/finance/links"
    for _ in range(5):
        seen += [line.split()[0] for line in rows(counter.client, path.removeprefix("/finance/links"))]
        text = counter.client.get(path).content.decode()
        older = re.search(r'href="([^"]+)"[^>]*>\s*Older', text)
        if not older:
            break
        path = older[1].replace("&amp;", "&")
    assert seen == ["€5.00", "€4.00", "€3.00", "€2.00", "€1.00"]
    assert "Newest" in text


@pytest.mark.row("E1")
def test_the_list_of_fifty_costs_fourteen_queries_with_sign_in_and_numbers(
    at_noon: Salon, counter: Counter, office: PostOffice, django_assert_max_num_queries
):
    for number in range(12):
        office.send(at_noon.visit(minor=1_000 + number), "sms", "email")
    counter.client.get("/finance/links")  # the first request of a log-in notes when it was
    with django_assert_max_num_queries(14):
        assert counter.client.get("/finance/links").status_code == 200


@pytest.mark.row("E1", "K1")
def test_a_bookkeeper_reads_the_list_but_cannot_hand_out_a_link(at_noon: Salon):
    token = at_noon.link(at_noon.visit())
    client = sign_in(at_noon, "bookkeeper", "tomasz@salon.example")
    page = client.get("/finance/links")
    assert page.status_code == 200
    assert token not in page.content.decode()
    assert "€100.00 Chloe" in words(page)


@pytest.mark.row("K1")
def test_a_receptionist_closes_the_day_and_the_address_of_the_links_names_the_missing_right(at_noon: Salon):
    specialist = sign_in(at_noon, "specialist", "ida@salon.example")
    assert 'href="/finance/"' not in specialist.get("/calendar").content.decode()
    client = sign_in(at_noon, "receptionist", "eva@salon.example")
    assert 'href="/finance/"' in client.get("/calendar").content.decode()
    assert client.get("/finance/").headers["Location"] == "/finance/day-closing"
    refused = client.get("/finance/links")
    assert refused.status_code == 403
    assert "Your role does not include: See finance: links, payments and reports." in words(refused)


@pytest.mark.row("E1")
def test_links_of_another_location_stand_under_all_locations_only(at_noon: Salon, counter: Counter):
    at_noon.link(at_noon.visit(minor=1_000))
    here = at_noon.location
    other = Location.objects.create(
        business=at_noon.business,
        name="Zürich",
        currency="CHF",
        time_zone="Europe/Zurich",
        country="CH",
        position=1,
    )
    at_noon.location = other
    at_noon.actor.rights[other.pk] = at_noon.actor.rights[here.pk]
    at_noon.link(at_noon.visit(minor=2_000))
    at_noon.location = here
    assert len(rows(counter.client)) == 1
    everywhere = rows(counter.client, "?place=all")
    assert len(everywhere) == 2
    assert "CHF 20.00 Chloe Zürich" in everywhere[0]
    counter.client.post("/location", {"location": other.pk, "next": "/finance/links"})
    assert rows(counter.client)[0].startswith("CHF 20.00")


@pytest.mark.row("E1")
@pytest.mark.parametrize(
    ("tab", "sentence"),
    [
        ("", "No payment links yet"),
        ("?tab=follow_up", "Nobody to follow up"),
        ("?tab=paid", "No link was paid yet"),
        ("?tab=expired", "No link has expired"),
    ],
)
def test_an_empty_tab_teaches_what_will_stand_there(counter: Counter, tab: str, sentence: str):
    assert sentence in words(counter.client.get(f"/finance/links{tab}"))


@pytest.mark.parametrize("query", ["?tab=what", "?before=x", "?before=" + "9" * 40, "?place=everywhere"])
def test_an_address_written_by_hand_shows_the_list(at_noon: Salon, counter: Counter, query: str):
    at_noon.link(at_noon.visit())
    assert len(rows(counter.client, query)) == 1


def test_a_hostile_name_stays_text(at_noon: Salon, counter: Counter):
    at_noon.chloe.name = '<img src=x onerror=alert(1)>"><script>'
    at_noon.chloe.save()
    at_noon.link(at_noon.visit())
    page = counter.client.get("/finance/links").content.decode()
    assert "<img src=x" not in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page


def test_the_front_of_finance_is_the_list(counter: Counter):
    assert counter.client.get("/finance/")["Location"] == "/finance/links"
