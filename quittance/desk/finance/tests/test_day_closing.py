"""Finance › Day closing as a person works with it."""

from __future__ import annotations

import re

import pytest
from django.http import HttpResponse
from django.test import Client

from quittance.businesses.models import Role
from quittance.desk.tests.conftest import sign_in
from quittance.desk.tests.counter import Counter, words
from quittance.drawers.models import CashMove, Closing
from tests.support.salon import Salon

PAGE = "/finance/day-closing"


def hidden(client: Client) -> dict[str, str]:
    """What the page of counting carries unseen."""
    text = client.get(f"{PAGE}/count").content.decode()
    found = dict(re.findall(r'name="(request_id|serial|seen)"\s+value="([^"]*)"', text))
    assert set(found) == {"request_id", "serial", "seen"}
    return found


def close(client: Client, **typed: str) -> HttpResponse:
    body = {"business_date": "2026-11-26", "kept": "0", "opening": "0", "action": "close", **hidden(client), **typed}
    return client.post(f"{PAGE}/count", body)  # type: ignore[return-value]


@pytest.mark.row("B17")
def test_ana_counts_coins_and_notes_and_closes_the_day(at_noon: Salon, counter: Counter) -> None:
    at_noon.cash(at_noon.visit(), 5_000)
    page = words(counter.client.get(PAGE))
    assert "Taken in cash €50.00" in page
    assert "asked for at the first closing" in page
    response = close(counter.client, opening="100", piece_5000="2", piece_2000="2", loose="10", kept="100")
    assert response.status_code == 302, words(response)
    closing = Closing.objects.get()
    assert (closing.counted_minor, closing.kept_minor, closing.pieces) == (15_000, 10_000, {"5000": 2, "2000": 2})
    shown = words(counter.client.get(response["Location"]))
    assert "No. 1 at Mitte, counted and closed by Ana Fischer on Thu 26 Nov, 14:00." in shown
    for part in ("Expected €150.00", "Counted €150.00", "Taken out at closing €50.00", "2 × €50.00 €100.00"):
        assert part in shown
    after = words(counter.client.get(PAGE))
    assert "Opening float €100.00" in after
    assert "Expected in the drawer €100.00" in after


@pytest.mark.row("B17")
def test_the_numbers_are_added_up_before_anything_is_closed(at_noon: Salon, counter: Counter) -> None:
    at_noon.cash(at_noon.visit(), 5_000)
    typed = {
        **hidden(counter.client),
        "opening": "100",
        "piece_5000": "2",
        "loose": "48,50",
        "kept": "100",
        "action": "add",
    }
    page = words(counter.client.post(f"{PAGE}/count", typed))
    assert "Counted €148.50" in page
    assert "Difference €1.50 short" in page
    assert "To take out now €48.50" in page
    headers = {"HX-Request": "true", "HX-Request-Type": "partial"}
    part = counter.client.post(f"{PAGE}/count", {**typed, "loose": "50"}, headers=headers).content.decode()
    assert "<form" not in part
    assert "none" in part
    unread = words(counter.client.post(f"{PAGE}/count", {**typed, "piece_5000": "two"}, headers=headers))
    assert "Counted –" in unread
    assert not Closing.objects.exists()


@pytest.mark.row("B17")
def test_a_difference_without_a_note_is_sent_back_with_all_that_was_typed(at_noon: Salon, counter: Counter) -> None:
    at_noon.cash(at_noon.visit(), 5_000)
    response = close(counter.client, piece_2000="2", loose="9", note="")
    assert response.status_code == 422
    page = words(response)
    assert "The drawer differs from what is expected. Write down why, or that you do not know." in page
    assert 'value="9"' in response.content.decode()
    assert not Closing.objects.exists()
    assert close(counter.client, piece_2000="2", loose="9", note="One euro is missing").status_code == 302
    page = words(counter.client.get(f"{PAGE}?only=differences"))
    assert "€1.00 short" in page
    assert close(counter.client, loose="0").status_code == 302
    assert "no. 2" not in words(counter.client.get(f"{PAGE}?only=differences"))
    assert "no. 2" in words(counter.client.get(PAGE))


def test_an_empty_form_and_odd_numbers_are_answered_beside_their_boxes(at_noon: Salon, counter: Counter) -> None:
    assert "Count the drawer. Type 0 where it is empty." in words(close(counter.client))
    page = words(close(counter.client, piece_5000="-1", kept="x"))
    assert "Type how many there are." in page
    assert "Type the amount in digits" in page
    assert not Closing.objects.exists()


@pytest.mark.row("B17")
def test_what_moves_while_ben_counts_is_shown_to_him_before_he_closes(at_noon: Salon, counter: Counter) -> None:
    drawn = hidden(counter.client)
    at_noon.cash(at_noon.visit(), 2_000)
    typed = {**drawn, "business_date": "2026-11-26", "opening": "0", "kept": "0", "loose": "20", "action": "close"}
    response = counter.client.post(f"{PAGE}/count", typed)
    assert response.status_code == 409
    assert "Money moved while you counted." in words(response)
    assert "Expected €20.00" in words(response)
    seen = dict(re.findall(r'name="(request_id|serial|seen)"\s+value="([^"]*)"', response.content.decode()))
    assert counter.client.post(f"{PAGE}/count", {**typed, **seen}).status_code == 302


@pytest.mark.row("B17")
def test_the_second_who_closes_is_told_who_was_first(at_noon: Salon, counter: Counter) -> None:
    late = hidden(counter.client)
    assert close(counter.client, loose="0").status_code == 302
    typed = {
        **late,
        "request_id": "another-pressing",
        "business_date": "2026-11-26",
        "kept": "0",
        "loose": "0",
        "opening": "0",
    }
    response = counter.client.post(f"{PAGE}/count", typed)
    assert response.status_code == 409
    assert "Ana Fischer closed this day on Thu 26 Nov, 14:00" in words(response)
    assert Closing.objects.count() == 1


@pytest.mark.row("B17")
def test_petty_cash_is_written_down_and_taken_back(at_noon: Salon, counter: Counter) -> None:
    response = counter.client.post(
        f"{PAGE}/cash", {"kind": "petty_cash", "amount": "7,50", "request_id": "petty-cash-1"}
    )
    assert response.status_code == 422
    assert "Write down what it is for." in words(response)
    typed = {"kind": "petty_cash", "amount": "7,50", "reason": "Milk", "request_id": "petty-cash-2"}
    assert counter.client.post(f"{PAGE}/cash", typed).status_code == 302
    assert counter.client.post(f"{PAGE}/cash", typed).status_code == 302
    move = CashMove.objects.get()
    assert "Milk" in words(counter.client.get(PAGE))
    assert counter.client.post(f"{PAGE}/cash/{move.pk}/take-back", {"request_id": "take-back-1"}).status_code == 302
    assert counter.client.post(f"{PAGE}/cash/{move.pk}/take-back", {"request_id": "take-back-2"}).status_code == 422
    assert "In and out by hand €0.00" in words(counter.client.get(PAGE))


@pytest.mark.row("B17")
def test_what_each_person_hands_in_stands_in_the_closing(at_noon: Salon, counter: Counter) -> None:
    at_noon.cash(at_noon.visit(), 5_000)
    assert "should have €50.00" in words(counter.client.get(f"{PAGE}/count"))
    response = close(counter.client, loose="49", note="Ben is short", hand_7="49")
    assert "This differs from what is expected. Write down why." in words(response)
    response = close(counter.client, loose="49", note="Ben is short", hand_7="49", why_7="Wrong change")
    page = words(counter.client.get(response["Location"]))
    assert "Wrong change" in page
    assert "€49.00" in page


@pytest.mark.row("B17")
def test_a_closing_can_be_printed_and_all_of_them_taken_away(at_noon: Salon, counter: Counter) -> None:
    at_noon.cash(at_noon.visit(), 5_000)
    close(counter.client, loose="49", note='=HYPERLINK("x")')
    closing = Closing.objects.get()
    paper = words(counter.client.get(f"{PAGE}/{closing.pk}/print"))
    for part in ("Day closing no. 1, 26 Nov 2026", "Ana's Salon".replace("'", "&#x27;"), "Counted by", "Seen by"):
        assert part in paper or part.replace("&#x27;", "'") in paper
    text = counter.client.get(f"{PAGE}/closings.csv").content.decode("utf-8-sig")
    heading, line = text.strip().splitlines()
    assert heading.startswith("Number,Day,Closed at (UTC),Closed by,Currency,Opening float")
    assert line.startswith(
        "1,2026-11-26,2026-11-26 13:00:00,Ana Fischer,EUR,0.00,50.00,0.00,0.00,0.00,50.00,49.00,0.00,1.00"
    )
    assert "'=HYPERLINK" in line


@pytest.mark.row("B17", "K1")
def test_who_may_close_counts_who_reads_the_books_looks_on_and_nobody_else_comes_in(
    at_noon: Salon, counter: Counter
) -> None:
    close(counter.client, loose="0")
    closing = Closing.objects.get()
    eva = sign_in(at_noon, "receptionist", "eva@salon.example")
    assert eva.get("/finance/").headers["Location"] == PAGE
    assert "Count and close" in words(eva.get(PAGE))
    assert close(eva, loose="0").status_code == 302
    books = sign_in(at_noon, "bookkeeper", "books@salon.example")
    assert "Count and close" not in words(books.get(PAGE))
    assert books.get(f"{PAGE}/{closing.pk}").status_code == 200
    assert books.get(f"{PAGE}/count").status_code == 403
    specialist = sign_in(at_noon, "specialist", "ben@salon.example")
    for path in (PAGE, f"{PAGE}/count", f"{PAGE}/{closing.pk}", f"{PAGE}/closings.csv"):
        assert specialist.get(path).status_code == 403
    Role.objects.filter(slug="specialist").update(rights=["see_calendar", "close_day"])
    assert specialist.get(PAGE).status_code == 200


def test_the_calendar_has_a_way_to_it_for_those_who_may(at_noon: Salon, counter: Counter) -> None:
    assert f'href="{PAGE}"' in counter.client.get("/calendar").content.decode()
    specialist = sign_in(at_noon, "specialist", "ben@salon.example")
    assert f'href="{PAGE}"' not in specialist.get("/calendar").content.decode()


def test_a_page_of_days_takes_few_queries(at_noon: Salon, counter: Counter, django_assert_max_num_queries) -> None:
    for minor in (0, 1_000, 2_000):
        if minor:
            at_noon.cash(at_noon.visit(), minor)
        close(counter.client, loose=f"{minor // 100}")
    with django_assert_max_num_queries(14):
        counter.client.get(PAGE)
