"""The queue of money cases: what happened, what happens by itself and when, and the buttons to decide now."""

from __future__ import annotations

from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from quittance.bills import cases
from quittance.bills.models import MoneyCase
from quittance.businesses.models import Location, RoleAssignment, User
from quittance.calendar.models import Visit
from quittance.calendar.queries_cases import PAGE_SIZE, cases_page, open_case_count
from quittance.desk.tests.conftest import sign_in
from quittance.desk.tests.counter import Counter, words
from quittance.flows import cancel_visit
from quittance.flows.change_due import Decision
from quittance.payments.models import Refund
from tests.support.salon import Salon

PASSWORD = "a long password"


def overpaid(salon: Salon) -> MoneyCase:
    """Paid online, and in cash beside it."""
    visit = salon.visit(minor=6000)
    salon.bank.pay(salon.open_page(visit))
    salon.settle(visit)
    salon.cash(visit, 6000, decision=Decision(insist=True))
    return MoneyCase.objects.get(bill_id=visit.bill_id, resolved_at__isnull=True)


def cancelled(salon: Salon) -> tuple[Visit, MoneyCase]:
    visit = salon.visit(minor=8000)
    salon.cash(visit, 8000)
    cancel_visit.cancel(actor=salon.actor, visit_id=visit.pk, expected_version=None, now=salon.now)
    return visit, MoneyCase.objects.get(bill_id=visit.bill_id, resolved_at__isnull=True)


def plain_case(salon: Salon, number: int = 1, *, location: Location | None = None) -> MoneyCase:
    """One of the whole business, or of a place."""
    return MoneyCase.objects.create(
        business=salon.business,
        location=location,
        kind=cases.UNMATCHED,
        subject=f"cs_test_{number}",
        amount_minor=100 * number,
        currency="EUR",
        opened_at=salon.now,
    )


def decide(counter: Counter, case: MoneyCase, decision: str, **more: Any) -> Any:
    values = {"decision": decision, "request_id": counter.new_id(), "your_password": PASSWORD, **more}
    return counter.client.post(f"/finance/cases/{case.pk}/decide", values)


@pytest.mark.row("H4")
def test_an_empty_queue_teaches_what_will_stand_here(counter: Counter) -> None:
    page = words(counter.client.get("/finance/cases"))
    assert "Nothing waits for you" in page and "paid twice, paid too late, disputed" in page


@pytest.mark.row("H4")
def test_finance_begins_with_the_cases_while_any_is_open(at_noon: Salon, counter: Counter) -> None:
    assert counter.client.get("/finance/")["Location"] == "/finance/links"
    overpaid(at_noon)
    assert counter.client.get("/finance/")["Location"] == "/finance/cases"


@pytest.mark.row("H4", "B14")
def test_a_case_says_what_happened_and_one_press_refunds_it(at_noon: Salon, counter: Counter) -> None:
    case = overpaid(at_noon)
    queue = words(counter.client.get("/finance/cases"))
    assert "Overpaid" in queue and "Chloe paid €60.00 more than the visit costs." in queue
    page = words(counter.client.get(f"/finance/cases/{case.pk}"))
    assert "a person decides" in page
    assert "€60.00 to Visa ·4242. Refunds usually take 5–10 days." in page
    assert "Taken at the desk: €60.00, Cash" in page and "Case opened: Overpaid" in page
    answer = decide(counter, case, "refund")
    assert answer.status_code == 303
    assert Refund.objects.get().amount_minor == 6000 and Refund.objects.get().payment_id is not None
    done = words(counter.client.get(answer["Location"]))
    assert "Decided: the money goes back." in done and "Nothing is too much any more." in done
    assert "Refund decided by Ana Fischer" in done
    assert "Nothing waits for you" in words(counter.client.get("/finance/cases"))
    assert "Overpaid" in words(counter.client.get("/finance/cases?tab=done"))


@pytest.mark.row("H4")
def test_what_goes_back_by_itself_says_when_and_can_be_held(at_noon: Salon, counter: Counter) -> None:
    case = overpaid(at_noon)
    at = at_noon.now + timedelta(days=1, minutes=3)
    MoneyCase.objects.filter(pk=case.pk).update(next_attempt_at=at, detail={"by_itself_minor": 6000})
    page = words(counter.client.get(f"/finance/cases/{case.pk}"))
    assert "€60.00 goes back by itself on Fri 27 Nov, 14:03, unless somebody decides." in page
    assert "Wait" in page
    assert decide(counter, case, "hold").status_code == 303
    held = words(counter.client.get(f"/finance/cases/{case.pk}"))
    assert "Nothing goes back by itself: somebody wants to decide." in held and "Let it go back by itself" in held
    MoneyCase.objects.filter(pk=case.pk).update(held_at=None, next_attempt_at=None)


@pytest.mark.row("H4")
def test_money_leaves_only_after_the_password(at_noon: Salon, counter: Counter) -> None:
    case = overpaid(at_noon)
    answer = decide(counter, case, "refund", your_password="guess")
    assert answer.status_code == 422 and "This is not your password." in words(answer)
    assert not Refund.objects.exists()
    # Keeping moves no money and asks for nothing.
    assert decide(counter, case, "keep", your_password="").status_code == 303


@pytest.mark.row("H4")
def test_closing_needs_a_word_about_what_was_done(at_noon: Salon, counter: Counter) -> None:
    case = plain_case(at_noon)
    answer = decide(counter, case, "close", note=" ")
    assert answer.status_code == 422 and "Say what was done, so that others know." in words(answer)
    assert decide(counter, case, "close", note="Refunded at Stripe").status_code == 303
    page = words(counter.client.get(f"/finance/cases/{case.pk}"))
    assert "Refunded at Stripe" in page and "Closed by Ana Fischer" in page


@pytest.mark.row("H4", "H2")
def test_a_cancelled_visit_that_was_paid_leads_to_its_case_and_back(at_noon: Salon, counter: Counter) -> None:
    visit, case = cancelled(at_noon)
    window = counter.get(f"/visits/{visit.pk}?tab=checkout").content.decode()
    assert f'href="/finance/cases/{case.pk}"' in window
    page = counter.client.get(f"/finance/cases/{case.pk}").content.decode()
    assert f'href="/visits/{visit.pk}?tab=checkout"' in page
    assert "Hand back €80.00" in page


@pytest.mark.row("H4")
def test_a_decision_that_no_longer_fits_changes_nothing(at_noon: Salon, counter: Counter) -> None:
    case = overpaid(at_noon)
    for decision in ("write_off", "nonsense"):
        answer = decide(counter, case, decision)
        assert answer.status_code == 422 and "decided meanwhile" in words(answer)
    assert not Refund.objects.exists()


@pytest.mark.row("K1")
def test_who_may_not_refund_reads_who_may(at_noon: Salon, counter: Counter) -> None:
    case = overpaid(at_noon)
    counter.client = sign_in(at_noon, "bookkeeper", "bo@salon.example")
    page = words(counter.client.get(f"/finance/cases/{case.pk}"))
    assert "To decide, ask somebody whose role includes" in page and "Keep €60.00" not in page
    assert decide(counter, case, "keep").status_code == 403
    counter.client = sign_in(at_noon, "receptionist", "eva@salon.example")
    assert counter.client.get("/finance/cases").status_code == 403
    assert counter.client.get(f"/finance/cases/{case.pk}").status_code == 403


@pytest.mark.row("K1", "K3")
def test_a_case_is_seen_at_its_place_and_one_without_a_place_by_all_of_the_business(
    at_noon: Salon, counter: Counter
) -> None:
    other = Location.objects.create(
        business=at_noon.business, name="Zürich", currency="CHF", time_zone="Europe/Zurich", country="CH", position=1
    )
    here, everywhere = plain_case(at_noon, 1, location=at_noon.location), plain_case(at_noon, 2)
    counter.client = sign_in(at_noon, "manager", "zoe@salon.example")
    RoleAssignment.objects.filter(user=User.objects.get(email="zoe@salon.example")).update(location=other)
    page = words(counter.client.get("/finance/cases"))
    assert "€2.00" in page and "€1.00" not in page
    assert counter.client.get(f"/finance/cases/{here.pk}").status_code == 404
    assert counter.client.get(f"/finance/cases/{everywhere.pk}").status_code == 200
    assert decide(counter, here, "close", note="Not mine").status_code == 404
    assert decide(counter, everywhere, "close", note="Refunded").status_code == 303


@pytest.mark.row("H4")
def test_the_rail_says_how_many_wait_and_the_poll_keeps_it_right(at_noon: Salon, counter: Counter) -> None:
    first = counter.get("/notices").content.decode()
    assert 'id="rail-count-finance"' in first and "need attention" not in first
    poll = unescape(first.split('hx-get="')[1].split('"')[0])
    assert counter.get(poll).status_code == 204
    plain_case(at_noon)
    told = counter.get(poll)
    assert "1 need attention" in words(told) and "HX-Trigger" not in told
    after = unescape(told.content.decode().split('hx-get="')[1].split('"')[0])
    assert counter.get(after).status_code == 204
    assert "1 need attention" in words(counter.client.get("/finance/links"))
    assert "1 need attention" in words(counter.client.get("/settings/"))


@pytest.mark.row("H4")
@pytest.mark.parametrize("tab", ["open", "done"])
def test_long_queues_come_in_pages_without_a_gap(at_noon: Salon, tab: str) -> None:
    made = [plain_case(at_noon, number).pk for number in range(1, PAGE_SIZE + 4)]
    if tab == "done":
        MoneyCase.objects.update(resolved_at=at_noon.now, resolution="done")
    place = {"business_id": at_noon.business.pk, "location_ids": [at_noon.location.pk], "tab": tab}
    first = cases_page(**place)  # type: ignore[arg-type]
    second = cases_page(**place, before=first.next_before)  # type: ignore[arg-type]
    shown = [row.case.pk for row in (*first.rows, *second.rows)]
    assert shown == sorted(made, reverse=True) and second.next_before == ""
    for odd in ("~", "x~y", "9" * 30, "-1"):
        assert len(cases_page(**place, before=odd).rows) == PAGE_SIZE  # type: ignore[arg-type]
    waiting = open_case_count(business_id=at_noon.business.pk, location_ids=[at_noon.location.pk])
    assert waiting == (len(made) if tab == "open" else 0)


def test_the_pages_cost_a_bounded_number_of_queries(at_noon: Salon, counter: Counter) -> None:
    case = overpaid(at_noon)
    for number in range(1, 20):
        plain_case(at_noon, number)
    counter.client.get("/finance/cases")
    for path, most in (("/finance/cases", 6), (f"/finance/cases/{case.pk}", 22)):
        with CaptureQueriesContext(connection) as queries:
            assert counter.client.get(path).status_code == 200
        assert len(queries) <= most, "\n".join(query["sql"][:200] for query in queries)


@pytest.mark.row("H4")
@pytest.mark.parametrize("kind", sorted(cases.DECISIONS))
def test_every_kind_has_words_and_an_icon(at_noon: Salon, counter: Counter, kind: str) -> None:
    case = plain_case(at_noon)
    MoneyCase.objects.filter(pk=case.pk).update(kind=kind)
    page = counter.client.get(f"/finance/cases/{case.pk}")
    assert page.status_code == 200
    assert "has to be looked at" not in words(page) and "Money case," not in words(page)


@pytest.mark.row("A7", "H4")
def test_an_account_in_trouble_leads_to_its_keys(at_noon: Salon, counter: Counter) -> None:
    cases.open_account_case(
        business_id=at_noon.business.pk,
        account_id=at_noon.account.pk,
        currency="EUR",
        label="Fake bank",
        trouble="The secret key was rolled.",
        now=at_noon.now,
    )
    case = MoneyCase.objects.get(kind=cases.ACCOUNT_TROUBLE)
    page = counter.client.get(f"/finance/cases/{case.pk}")
    assert "The account “Fake bank” does not work: The secret key was rolled." in words(page)
    assert f'href="/finance/online-payments/accounts/{at_noon.account.pk}"' in page.content.decode()
    assert "€0.00" not in words(page) and "€0.00" not in words(counter.client.get("/finance/cases"))
    assert "The case closes by itself" in words(page)


@pytest.mark.row("H4")
def test_the_rules_of_a_place_are_set_by_whoever_sets_up_payments(at_noon: Salon, counter: Counter) -> None:
    page = counter.client.get("/finance/cases/rules")
    assert "By itself after 24 hours" in words(page)
    answer = counter.client.post("/finance/cases/rules", {"doubled": "0", "request_id": counter.new_id()})
    assert answer.status_code == 302
    row = Location.objects.get(pk=at_noon.location.pk)
    assert (row.doubled_refund_hours, row.late_refund_by_itself) == (None, False)
    assert "Saved. It holds for money that lands from now on." in words(counter.client.get(answer["Location"]))
    assert counter.client.post("/finance/cases/rules", {"doubled": "13"}).status_code == 422
    Location.objects.update(doubled_refund_hours=13)
    assert "By itself after 13 hours" in words(counter.client.get("/finance/cases/rules"))
