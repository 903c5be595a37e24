"""T50: what people are called stays text, wherever it is shown, printed, mailed or sent.

A page drawn with a hostile name must have the very structure of the page drawn with a harmless one: the same tags, the
same attributes, the same addresses. Nothing else would notice an injection that nobody has thought of.
"""

from __future__ import annotations

import email
import email.policy
import json
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any, Final

import icalendar
import pytest
from django.db import models
from django.test import Client as Browser

from quittance.bills.models import Receipt
from quittance.businesses.models import User
from quittance.calendar.models import Visit
from quittance.catalog.models import Product, Service
from quittance.core.actor import Right
from quittance.due import actions as due
from quittance.flows import send_message
from quittance.message_channels.fake import FakeChannel, fake_channels
from quittance.message_channels.port import OutgoingMessage
from quittance.message_channels.segments import sms_cost
from quittance.message_channels.smtp.translate import to_mime
from quittance.messages.models import Message
from quittance.messages.texts.sms import MOST_SEGMENTS
from quittance.payment_systems.fake import FakeBank
from tests.attacks.asking import address
from tests.attacks.routes import NAMES, ROUTES, Who
from tests.attacks.world import Place, browser, furnish
from tests.support.salon import open_salon

pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]
HARMLESS: Final = "Harmless"
# These open a business of their own.
COMMITS = True
HOSTILE: Final = {
    "image": '<img src=x onerror="alert(1)">',
    "script": '"><script>alert(1)</script>',
    "closing": "</script></style></textarea></title><svg onload=alert(1)>",
    "attribute": "' onmouseover='alert(1)' x='",
    "address": "javascript:alert(1)//http://evil.example/",
    "template": "{{ 7*7 }}{% debug %}${7*7}#{7*7}{0.__class__}",
    "entity": "&lt;b&gt;&#60;i&#62;&quot;",
    "formula": '=HYPERLINK("http://evil.example")',
    "command": "+cmd|' /C calc'!A0",
    "minus": "-1+1",
    "at": "@SUM(1+1)",
    "tab": "\t=1+1",
    "return": "\r=1+1",
    "override": "\u202egnp.exe\u2066\u2069",
    "emoji": "😀" * 80,
    "header": "Chloe\nBcc: victim@evil.example\n\nHello",
    "header of the web": "Chloe\r\nSet-Cookie: a=b\r\n\r\n<b>",
    "calendar": "Chloe\nEND:VEVENT\nATTACH:http://evil.example/x.exe",
    "typst": '#import "x"; #panic("x") $ x $ \\ @label <x> *b* _i_ `c`',
    "separator": "a\u2028b\u2029c\u0085d\x0be",
    "comment": "--><!--<![CDATA[",
    "event": '", "title": "x"}, {"evil": "',
}  # fmt: skip
# So that several workers share the work.
_PARTS: Final = 4
# The editor of texts counts the signs of its preview, and says which of them make a text message dear.
# The page of a desk's QR shows initials, and no line for a name that has none.
COUNTED: Final = {"desk:message_text", "desk_qr"}
PAGES: Final = [name for name in NAMES if ROUTES[name].reads and ROUTES[name].who in {Who.STAFF, Who.TOKEN}]


class Structure(HTMLParser):
    """Tags with their attributes' names, and the addresses that the page would follow, load or run."""

    ACTIVE: Final = (
        "href",
        "src",
        "action",
        "formaction",
        "style",
        "srcdoc",
        "data",
        "content",
        "hx-get",
        "hx-post",
        "hx-on",
        "hx-vals",
    )

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, tuple[str, ...]]] = []
        self.addresses: list[str] = []
        self.scripts: list[str] = []
        self._in_script = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "br":  # policies are shown with their lines
            self.tags.append((tag, tuple(sorted(name for name, _ in attrs))))
        self.addresses += [_scheme(value or "") for name, value in attrs if name in self.ACTIVE]
        self._in_script = tag == "script"

    def handle_endtag(self, tag: str) -> None:
        self.tags.append((f"/{tag}", ()))
        self._in_script = False

    def handle_data(self, data: str) -> None:
        if self._in_script and data.strip():
            self.scripts.append(data)


def _scheme(value: str) -> str:
    return value.split(":", 1)[0] if ":" in value.split("/", maxsplit=1)[0] else "relative"


def rename(place: Place, name: str) -> None:
    """Everything that a person can type and that is shown anywhere."""
    salon = place.salon
    for row, fields in (
        (salon.chloe, ("name",)),
        (salon.ben, ("name", "title")),
        (salon.business, ("name", "legal_name", "legal_address", "tax_number", "refund_policy", "cancellation_policy")),
        (salon.location, ("name", "address")),
        (salon.account, ("label", "trouble")),
    ):
        for field in fields:
            _set(row, field, name)
    for model in (Service, Product):
        for item in model._default_manager.filter(business=salon.business):
            _set(item, "name", name)
            if item.category is not None:
                _set(item.category, "name", name)
    Product.objects.filter(business=salon.business).update(sku=name[:60], barcode=name[:60])
    for visit in Visit.objects.filter(business=salon.business):
        _set(visit, "note", name)
        visit.appointments.update(service_name=name[:160])
        visit.bill.lines.update(name=name[:160], tax_name=name[:60])
        visit.bill.tenders.update(method_label=name[:80])
    for user in User.objects.filter(assignments__business=salon.business):
        _set(user, "name", name)
    for role in salon.business.roles.all():
        _set(role, "name", name)
    Message.objects.filter(business=salon.business).update(failure=name[:200])


def _set(row: models.Model, field: str, name: str) -> None:
    longest = getattr(row._meta.get_field(field), "max_length", None) or 4_000
    type(row)._default_manager.filter(pk=row.pk).update(**{field: name[:longest]})


@pytest.fixture
def both(ana: Place, bank: FakeBank, monkeypatch: pytest.MonkeyPatch) -> Place:
    rename(ana, HARMLESS)
    return ana


def pages(place: Place) -> dict[str, tuple[int, str, bytes, dict[str, str]]]:
    user = User.objects.filter(email__startswith="owner@").first() or place.person(frozenset(Right), name="Owner")
    one = browser(user)
    found = {}
    for name in PAGES:
        for kind, headers in (("whole", {}), ("part", {"HX-Request": "true", "HX-Request-Type": "partial"})):
            # A person's browser: what a robot fetches is told on the link's page, once more with each walk.
            response = one.get(address(name, place), headers={"User-Agent": "Mozilla/5.0", **headers})
            found[f"{name} {kind}"] = (
                response.status_code,
                response["Content-Type"],
                response.getvalue(),
                dict(response.headers),
            )
    for tab in ("details", "status", "checkout&pay=cash", "checkout&pay=link", "details&edit=client"):
        response = one.get(f"/visits/{place.visit.pk}?tab={tab}")
        found[tab] = (response.status_code, response["Content-Type"], response.getvalue(), dict(response.headers))
    for view in ("day", "list"):
        response = one.get(f"/calendar?view={view}&date={place.facts['date']}")
        found[view] = (response.status_code, response["Content-Type"], response.getvalue(), dict(response.headers))
    return found


@pytest.mark.timeout(600)
@pytest.mark.row("B1", "B2", "C3", "E1")
@pytest.mark.parametrize("part", range(_PARTS))
def test_t50_every_page_keeps_its_structure_whatever_people_are_called(both: Place, part: int) -> None:
    calm = pages(both)
    assert sum(HARMLESS.encode() in content for _, _, content, _ in calm.values()) > 15
    for why, name in list(HOSTILE.items())[part::_PARTS]:
        rename(both, name)
        for page, (status, kind, content, headers) in pages(both).items():
            was_status, was_kind, was_content, was_headers = calm[page]
            assert (status, kind) == (was_status, was_kind), (why, page)
            assert set(headers) - {"Content-Length"} == set(was_headers) - {"Content-Length"}, (why, page)
            assert not any("\n" in value or "\r" in value for value in headers.values()), (why, page)
            if kind.startswith("text/html") and page.split()[0] not in COUNTED:
                _same_structure(f"{why} on {page}", content.decode(), was_content.decode())
            elif kind.startswith("application/json"):
                _same_shape(f"{why} on {page}", json.loads(content), json.loads(was_content))
            elif kind.startswith("application/pdf"):
                _inert_pdf(f"{why} on {page}", content)


def _same_structure(where: str, html: str, was: str) -> None:
    here, there = Structure(html), Structure(was)
    for number, (tag, expected) in enumerate(zip(here.tags, there.tags, strict=False)):
        assert tag == expected, (where, here.tags[max(0, number - 3) : number + 3])
    assert len(here.tags) == len(there.tags), where
    assert here.addresses == there.addresses, where
    assert len(here.scripts) == len(there.scripts), where
    for script in here.scripts:
        json.loads(script)  # the only scripts inside a page are data


def _same_shape(where: str, here: Any, there: Any) -> None:
    assert type(here) is type(there), where
    if isinstance(here, dict):
        assert here.keys() == there.keys(), where
        for key, value in here.items():
            _same_shape(where, value, there[key])
    if isinstance(here, list):
        assert len(here) == len(there), where
        for one, other in zip(here, there, strict=True):
            _same_shape(where, one, other)


@pytest.mark.row("C6")
@pytest.mark.parametrize("why", HOSTILE)
def test_t50_a_receipt_is_printed_with_the_names_as_words(both: Place, why: str) -> None:
    rename(both, HOSTILE[why])
    both.salon.business.refresh_from_db()
    both.salon.cash(both.visit, 500)
    receipt = Receipt.objects.filter(business=both.salon.business).latest("pk")
    at_desk = browser(both.person(frozenset(Right), name="Owner")).get(
        f"/visits/{both.visit.pk}/receipts/{receipt.pk}.pdf"
    )
    for answer in (at_desk, Browser().get(f"/p/{both.token}/receipt.pdf")):
        assert answer.status_code == 200
        assert "\n" not in answer["Content-Disposition"]
        _inert_pdf(why, answer.content)


def _inert_pdf(where: str, pdf: bytes) -> None:
    assert pdf.startswith(b"%PDF-"), where
    assert len(pdf) < 400_000, where
    for active in (b"/JavaScript", b"/OpenAction", b"/Launch", b"/URI (", b"/EmbeddedFile", b"/AcroForm"):
        assert active not in pdf, (where, active)


@pytest.mark.row("C6")
@pytest.mark.parametrize("why", HOSTILE)
def test_t50_the_calendar_file_has_the_lines_it_always_has(both: Place, why: str) -> None:
    calm = _calendar(both)
    rename(both, HOSTILE[why])
    hostile = _calendar(both)
    assert _lines(hostile) == _lines(calm)
    assert "ATTACH" not in hostile.walk("VEVENT")[0]


def _calendar(place: Place) -> Any:
    answer = Browser().get(f"/p/{place.token}/visit.ics")
    assert answer.status_code == 200
    found = icalendar.Calendar.from_ical(answer.content)
    assert b"\r\n\r\n" not in answer.content
    return found


def _lines(calendar: Any) -> list[list[str]]:
    return [[part.name, *sorted(part.keys())] for part in calendar.walk()]


# ---- messages


@pytest.fixture
def posts(ana: Place) -> Iterator[tuple[FakeChannel, FakeChannel]]:
    with fake_channels() as fakes:
        yield fakes.email, fakes.sms


def sent_to_chloe(place: Place, posts: tuple[FakeChannel, FakeChannel]) -> tuple[OutgoingMessage, OutgoingMessage]:
    """What leaves when the desk presses `Send`, by both channels; the mail as the channel takes it."""
    user = User.objects.filter(email__startswith="owner@").first() or place.person(frozenset(Right), name="Owner")
    answer = browser(user).post(f"/visits/{place.visit.pk}/link/send", {"ask": "all", "channel": ["email", "sms"]})
    assert answer.status_code in {200, 303}
    place.salon.wait(seconds=6)
    for row in due.claim(Message, limit=20, lease_seconds=60, now=place.salon.now):
        send_message.work(message_id=row.id, lease_token=row.lease_token, now=place.salon.now)
    return posts[0].accepted[-1], posts[1].accepted[-1]


@pytest.mark.row("B5", "D2")
@pytest.mark.parametrize("why", HOSTILE)
def test_t50_mail_and_sms_say_what_they_always_say_to_chloe_alone(both: Place, posts: Any, why: str) -> None:
    calm, _ = sent_to_chloe(both, posts)
    rename(both, HOSTILE[why])
    hostile, sms = sent_to_chloe(both, posts)

    was, now = (email.message_from_bytes(to_mime(one), policy=email.policy.SMTP) for one in (calm, hostile))
    assert now.keys() == was.keys()
    assert now["To"] == was["To"] == both.marks[5]
    assert "Bcc" not in now and "Cc" not in now
    assert [part.get_content_type() for part in now.walk()] == [part.get_content_type() for part in was.walk()]
    assert not any("\n" in str(value) for value in now.values())
    _same_structure(why, hostile.html, calm.html)

    assert "\n" not in sms.text and "\r" not in sms.text
    assert sms_cost(sms.text).segments <= MOST_SEGMENTS
    assert sms.text.count("http") == 1 or why in {"address", "formula", "calendar"}
    assert both.token in sms.text
    assert sms.address == both.marks[6]


def test_t50_another_business_is_as_careful(ana: Place, bank: FakeBank) -> None:
    """Typed by Dan, read by Ana's people: nothing of his reaches their pages at all."""
    dan = furnish(open_salon(bank, owner="Dan"), "Dan")
    rename(dan, HOSTILE["script"])
    for _, _, content, _ in pages(ana).values():
        assert b"alert(1)" not in content
