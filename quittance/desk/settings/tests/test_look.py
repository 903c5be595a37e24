"""Settings › Look of client pages: a colour that everybody can read, and a logo that is nothing but a picture."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from quittance.bills.models import Receipt
from quittance.businesses.models import Business, Location, Logo, Role, RoleAssignment, User
from quittance.core.actor import Right
from quittance.desk.tests.conftest import sign_in
from quittance.desk.tests.counter import Counter, words
from tests.support.salon import Salon

LOOK = "/settings/look"


def picture(colour: str = "#0b5d6b") -> SimpleUploadedFile:
    file = BytesIO()
    Image.new("RGB", (400, 200), colour).save(file, "PNG")
    return SimpleUploadedFile("logo.png", file.getvalue(), content_type="image/png")


def stored(salon: Salon) -> Business:
    return Business.objects.get(pk=salon.business.pk)


def test_a_colour_and_a_logo_are_saved_and_served_from_our_own_address(at_noon: Salon, counter: Counter) -> None:
    answer = counter.client.post(LOOK, {"accent": "#1A4CA3", "logo": picture(), "version": "1"})
    assert answer.status_code == 303
    business = stored(at_noon)
    assert (business.accent, business.look_version) == ("#1a4ca3", 2)
    assert (business.logo_width, business.logo_height) == (176, 88)
    served = counter.client.get(f"/look/{business.logo_key}.png")
    assert Image.open(BytesIO(served.content)).size == (176, 88)
    page = counter.client.get(LOOK).content.decode()
    assert f"/look/{business.logo_key}.png" in page and "/look/1a4ca3/preview.css" in page and "style=" not in page


def test_an_unreadable_colour_is_refused_and_the_nearest_that_can_be_read_is_one_press_away(
    at_noon: Salon, counter: Counter
) -> None:
    refused = counter.client.post(LOOK, {"accent": "#ffd400", "version": "1"})
    assert refused.status_code == 422
    assert "cannot be read by everybody" in words(refused) and "Save with #846e00" in words(refused)
    assert stored(at_noon).accent == ""
    taken = counter.client.post(LOOK, {"accent": "#ffd400", "take": "#846e00", "version": "1"})
    assert taken.status_code == 303
    assert stored(at_noon).accent == "#846e00"
    assert counter.client.post(LOOK, {"accent": "yellow", "version": "2"}).status_code == 422
    assert counter.client.post(LOOK, {"accent": "#0b5d6b", "version": "2"}).status_code == 303
    assert stored(at_noon).accent == "", "the colour of Quittance is no colour of its own"


def test_what_is_said_while_choosing(at_noon: Salon, counter: Counter) -> None:
    good = counter.get(f"{LOOK}/check?accent=%231a4ca3")
    assert "Can be read: 8.1 to 1" in words(good) and "/look/1a4ca3/preview.css" in good.content.decode()
    light = counter.get(f"{LOOK}/check?accent=%23ffd400")
    assert "Too light" in words(light) and "/look/846e00/preview.css" in light.content.decode()
    assert "Type the colour" in words(counter.get(f"{LOOK}/check?accent=%3Cscript%3E"))
    assert stored(at_noon).look_version == 1


@pytest.mark.parametrize(
    ("name", "body", "says"),
    [
        ("logo.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "PNG or JPEG"),
        ("logo.png", b"<svg/>", "PNG or JPEG"),
        ("logo.png", b"", "PNG or JPEG"),
        ("logo.png", b"\x89PNG\r\n\x1a\nrest", "PNG or JPEG"),
        ("logo.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 1_100_000, "1 MB"),
    ],
)
def test_what_is_no_picture_is_not_taken(at_noon: Salon, counter: Counter, name: str, body: bytes, says: str) -> None:
    upload = SimpleUploadedFile(name, body, content_type="image/png")
    answer = counter.client.post(LOOK, {"accent": "#1a4ca3", "logo": upload, "version": "1"})
    assert answer.status_code == 422 and says in words(answer)
    assert (stored(at_noon).accent, Logo.objects.count()) == ("", 0)


def test_a_receipt_keeps_the_look_of_its_day(at_noon: Salon, counter: Counter) -> None:
    counter.client.post(LOOK, {"accent": "#1a4ca3", "logo": picture(), "version": "1"})
    first_key = stored(at_noon).logo_key
    visit = at_noon.visit()
    at_noon.business.refresh_from_db()
    at_noon.cash(visit, 1000)
    receipt = Receipt.objects.get()
    assert (receipt.snapshot["accent"], receipt.snapshot["logo_key"]) == ("#1a4ca3", first_key)
    counter.client.post(LOOK, {"accent": "#1a4ca3", "logo": picture("#ff0000"), "version": "2"})
    assert stored(at_noon).logo_key != first_key
    counter.client.post(LOOK, {"accent": "#1a4ca3", "drop_logo": "on", "version": "3"})
    assert stored(at_noon).logo_key == "" and Logo.objects.count() == 2
    pdf = counter.client.get(f"/visits/{visit.pk}/receipts/{receipt.pk}.pdf")
    assert b"/Subtype/Image" in pdf.content.replace(b" ", b"")


def test_two_owners_do_not_overwrite_each_other(at_noon: Salon, counter: Counter) -> None:
    assert counter.client.post(LOOK, {"accent": "#1a4ca3", "version": "1"}).status_code == 303
    late = counter.client.post(LOOK, {"accent": "#9d1f1b", "version": "1"})
    assert late.status_code == 422 and "Somebody changed this" in words(late)
    assert stored(at_noon).accent == "#1a4ca3"


def test_the_look_is_set_by_who_may_change_settings_everywhere(at_noon: Salon, counter: Counter) -> None:
    assert sign_in(at_noon, "receptionist", "eva@salon.example").get(LOOK).status_code == 403
    role = Role.objects.create(business=at_noon.business, slug="here", name="Here", rights=[Right.EDIT_SETTINGS.value])
    user = User.objects.create_user("ida@salon.example", "a long password", name="Ida")
    RoleAssignment.objects.create(business=at_noon.business, user=user, role=role, location=at_noon.location)
    Location.objects.create(
        business=at_noon.business, name="Spare", currency="EUR", time_zone="Europe/Berlin", country="DE"
    )
    counter.client.force_login(user)
    assert counter.client.post(LOOK, {"accent": "#1a4ca3", "version": "1"}).status_code == 403
    assert stored(at_noon).accent == ""
