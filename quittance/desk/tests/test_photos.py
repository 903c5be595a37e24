"""Photos of services, products and staff: uploaded, drawn anew, shown to the business alone, taken away again."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from quittance.audit.models import AuditEntry
from quittance.businesses.models import Business, Location, Role, RoleAssignment, User
from quittance.catalog.models import Photo
from quittance.core.actor import Right
from quittance.desk.tests.conftest import sign_in
from quittance.desk.tests.counter import Counter, words
from tests.support.salon import Salon


def picture(size: tuple[int, int] = (1200, 900), form: str = "JPEG") -> SimpleUploadedFile:
    out = BytesIO()
    Image.new("RGB", size, (180, 90, 60)).save(out, format=form)
    return SimpleUploadedFile("IMG_0042.jpg", out.getvalue(), content_type="image/jpeg")


def upload(counter: Counter, path: str, file: SimpleUploadedFile | None = None, **typed: str) -> str:
    """Where it leads to; the page there says what happened."""
    values = {"request_id": counter.new_id(), **typed, **({"photo": file} if file else {})}
    answer = counter.client.post(path, values)
    assert answer.status_code == 303
    return words(counter.client.get(answer["Location"]))


@pytest.mark.row("B15")
def test_a_photo_is_made_small_and_shown_on_the_card_in_the_list_and_in_the_picker(
    at_noon: Salon, counter: Counter
) -> None:
    item = counter.product()
    assert "The photo is saved." in upload(counter, f"/photos/product/{item.pk}", picture())
    photo = Photo.objects.get()
    url = f"/photos/{photo.token}.webp"
    shown = Image.open(BytesIO(bytes(photo.content)))
    assert (shown.format, shown.size) == ("WEBP", (800, 600))
    for page in (f"/catalog/products/{item.pk}", "/catalog/products"):
        assert url in counter.client.get(page).content.decode()
    visit = at_noon.visit()
    assert url in counter.client.get(f"/visits/{visit.pk}/find?q=sham").content.decode()
    assert AuditEntry.objects.filter(action="photo.set", subject_id=item.pk).count() == 1


def test_it_comes_with_headers_that_let_nothing_run_and_is_no_one_elses(at_noon: Salon, counter: Counter) -> None:
    item = counter.service()
    upload(counter, f"/photos/service/{item.pk}", picture())
    url = f"/photos/{Photo.objects.get().token}.webp"
    answer = counter.client.get(url)
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("image/webp", "nosniff")
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer["Cache-Control"] == "private, no-store"
    dans = Business.objects.create(name="Dan", slug="dan")
    Location.objects.create(business=dans, name="Dan's", currency="EUR", time_zone="Europe/Berlin", country="DE")
    role = Role.objects.create(business=dans, slug="all", name="All", rights=[right.value for right in Right])
    dan = User.objects.create_user("dan@other.example", "a long password", name="Dan")
    RoleAssignment.objects.create(business=dans, user=dan, role=role)
    counter.client.force_login(dan)
    assert counter.client.get(url).status_code == 404
    assert counter.client.post(f"/photos/service/{item.pk}", {"remove": "1"}).status_code == 404
    counter.client.logout()
    assert counter.client.get(url).status_code == 302


def test_another_photo_has_another_address_and_the_old_one_shows_nothing(at_noon: Salon, counter: Counter) -> None:
    path = f"/photos/staff/{at_noon.ben.pk}"
    upload(counter, path, picture())
    first = f"/photos/{Photo.objects.get().token}.webp"
    upload(counter, path, picture((300, 300)))
    assert counter.client.get(first).status_code == 404
    second = f"/photos/{Photo.objects.get().token}.webp"
    assert second in counter.client.get(f"/settings/staff/{at_noon.ben.pk}").content.decode()
    assert "The photo is gone." in upload(counter, path, remove="1")
    assert counter.client.get(second).status_code == 404
    assert bytes(Photo.objects.get().content) == b""


def test_what_is_no_picture_is_refused_beside_the_box_and_changes_nothing(at_noon: Salon, counter: Counter) -> None:
    path = f"/photos/service/{counter.service().pk}"
    svg = SimpleUploadedFile("a.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>", content_type="image/png")
    assert "This is no PNG, JPEG or WebP picture." in upload(counter, path, svg)
    assert "Choose a picture first." in upload(counter, path)
    assert not Photo.objects.exists()


def test_a_sentence_that_is_not_ours_is_not_shown(at_noon: Salon, counter: Counter) -> None:
    item = counter.service()
    text = words(counter.client.get(f"/catalog/services/{item.pk}?photo_problem=Call+this+number"))
    assert "Call this number" not in text


def test_who_may_not_change_the_catalog_sees_photos_and_changes_none(at_noon: Salon, counter: Counter) -> None:
    item = counter.service()
    upload(counter, f"/photos/service/{item.pk}", picture())
    eva = sign_in(at_noon, "receptionist", "eva@salon.example")
    assert eva.get(f"/photos/{Photo.objects.get().token}.webp").status_code == 200
    assert eva.post(f"/photos/service/{item.pk}", {"remove": "1"}).status_code == 403
    assert bytes(Photo.objects.get().content) != b""
