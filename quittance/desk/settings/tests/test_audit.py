from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client

import quittance
from quittance.audit import actions as audit
from quittance.businesses.models import Location, Role, RoleAssignment, User
from quittance.core.actor import Actor
from quittance.desk.settings.audit import harmless
from quittance.desk.settings.audit_words import known_actions
from quittance.desk.tests.conftest import sign_in
from quittance.desk.tests.counter import Counter, words
from tests.support.salon import Salon

PAGE = "/settings/audit"


def wrote(salon: Salon, action: str, subject: tuple[str, int], *, user: User | None = None, **more: object) -> None:
    actor = Actor(kind="staff", business_id=salon.business.pk, user_id=user.pk if user else None, ip="203.0.113.7")
    location_id = more.pop("location_id", salon.location.pk)
    audit.record(actor=actor, location_id=location_id, action=action, subject=subject, now=salon.now, detail=dict(more))  # type: ignore[arg-type]


@pytest.mark.row("K2")
def test_the_trail_says_who_what_when_and_from_where(at_noon: Salon, counter: Counter):
    visit = at_noon.visit()
    counter.press(f"/visits/{visit.pk}/tenders", counter.of_bill(visit, kind="cash", amount="20"))
    text = words(counter.client.get(PAGE))
    assert "Ana Fischer" in text
    assert "Cash taken" in text
    assert "€20.00" in text
    assert "127.0.0.1" in text
    assert "14:00" in text or "2:00" in text


@pytest.mark.row("K2")
def test_the_trail_is_filtered_by_person_action_subject_date_and_location(at_noon: Salon, counter: Counter):
    other = Location.objects.create(
        business=at_noon.business, name="Zürich", currency="CHF", time_zone="Europe/Zurich", country="CH", position=1
    )
    ben = User.objects.create_user("ben@salon.example", "a long password", name="Ben")
    RoleAssignment.objects.create(business=at_noon.business, user=ben, role=Role.objects.get(slug="owner"))
    wrote(at_noon, "tender.cash", ("visit", 7), user=counter.user)
    wrote(at_noon, "client.created", ("client", 8), user=ben)
    at_noon.wait(days=3)
    wrote(at_noon, "link_life.set", ("location", other.pk), user=ben, location_id=other.pk)

    def shown(query: str) -> list[str]:
        page = counter.client.get(f"{PAGE}?{query}").content.decode()
        rows = page[page.index("Entries") :]
        return [name for name in ("Cash taken", "Client card made", "Link life changed") if name in rows]

    assert len(shown("")) == 3
    assert shown(f"who={ben.pk}") == ["Client card made", "Link life changed"]
    assert shown("action=tender.cash") == ["Cash taken"]
    assert shown("action=*tender.cash*client.created") == []
    assert shown("kind=visit&number=7") == ["Cash taken"]
    assert shown("kind=visit&number=8") == []
    assert shown(f"place={other.pk}") == ["Link life changed"]
    assert shown("last=2026-11-26") == ["Cash taken", "Client card made"]
    assert shown("first=2026-11-27") == ["Link life changed"]
    assert counter.client.get(f"{PAGE}?first=tomorrow").status_code == 422


@pytest.mark.row("K2")
def test_pages_go_on_where_the_last_one_ended(at_noon: Salon, counter: Counter):
    for number in range(1, 121):
        wrote(at_noon, "client.changed", ("client", number))
    seen: list[str] = []
    url = PAGE
    for _page in range(3):
        page = counter.client.get(url).content.decode()
        seen += re.findall(r"Client (\d+)", page)
        older = re.search(r'href="([^"]+before=\d+)"', page)
        if older is None:
            break
        url = older[1].replace("&amp;", "&")
    assert seen == [str(number) for number in range(120, 0, -1)]


@pytest.mark.row("K2")
def test_the_csv_holds_the_same_rows_and_no_formula(at_noon: Salon, counter: Counter):
    User.objects.filter(pk=counter.user.pk).update(name='=HYPERLINK("http://evil")')
    wrote(at_noon, "tender.cash", ("visit", 7), user=counter.user, amount_minor=2000)
    answer = counter.client.get(f"{PAGE}.csv?kind=visit")
    text = answer.content.decode()
    assert text.startswith("\ufeffAt (UTC),Who")
    assert "'=HYPERLINK" in text
    assert "Cash taken,Visit 7,€20.00" in text
    for cell in ("=1", "+1", "-1", "@x", "\t=1"):
        assert harmless(cell) == f"'{cell}"


@pytest.mark.row("K2", "K3")
def test_who_reads_the_trail_at_one_location_sees_that_location_only(at_noon: Salon, counter: Counter):
    role = Role.objects.create(
        business=at_noon.business, slug="reader", name="Reader", rights=["see_calendar", "see_audit_trail"]
    )
    eva = User.objects.create_user("eva@salon.example", "a long password", name="Eva")
    RoleAssignment.objects.create(business=at_noon.business, user=eva, role=role, location=at_noon.location)
    other = Location.objects.create(
        business=at_noon.business, name="Zürich", currency="CHF", time_zone="Europe/Zurich", country="CH", position=1
    )
    wrote(at_noon, "tender.cash", ("visit", 7))
    wrote(at_noon, "client.created", ("client", 8), location_id=other.pk)
    wrote(at_noon, "role.made", ("role", 9), location_id=None)
    hers = Client()
    hers.force_login(eva)
    page = hers.get(PAGE).content.decode()
    rows = page[page.index("Entries") :]
    assert "Cash taken" in rows
    assert "Client card made" not in rows
    assert "Role made" not in rows
    assert hers.get(f"{PAGE}?place={other.pk}").status_code == 422
    assert sign_in(at_noon, "receptionist", "r@salon.example").get(PAGE).status_code == 403


@pytest.mark.row("K2")
def test_every_action_that_the_flows_write_has_words():
    """Literals only: what is put together from parts is listed in the words by hand."""
    flows = Path(quittance.__file__).parent / "flows"
    written = set()
    for path in flows.glob("*.py"):
        for call in re.findall(r"(?:audit\.record|note|_audit)\((?:[^()]|\([^()]*\))*\)", path.read_text()):
            written |= set(re.findall(r'action="([a-z_]+\.[a-z_]+)"', call))
    assert len(written) > 15
    assert written - known_actions() == set()
