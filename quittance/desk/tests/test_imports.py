"""Lists of other programs come in: looked at first, then in one go, and never twice."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from quittance.catalog.actions import add_tax_rate
from quittance.catalog.models import Product, Service
from quittance.clients.models import Client, ContactPoint
from quittance.desk.tests.counter import Counter, words
from quittance.flows.import_catalog import minutes_of

pytestmark = [pytest.mark.django_db, pytest.mark.row("L3")]

SQUARE = "Reference ID,First Name,Last Name,Email Address,Phone Number,Memo\n"
SQUARE += "A1,Nora,Grün,nora@client.example,+49 151 12345670,Likes tea\n"
SQUARE += "A2,Otto,,,0151 12345671,\n"
ALTEGIO = "Name;Surname;Phone;Email;Comment\nNora;Grün;4915112345670;nora@client.example;\nPia;Lang;12;;\n"
PABAU = "First Name,Last Name,Mobile,Phone,Email\nQuinn,Roe,+4915112345672,+493012345678,q@client.example\n"


def look(counter: Counter, kind: str, content: bytes) -> str:
    file = SimpleUploadedFile("list.csv", content, content_type="text/csv")
    path = "/clients/import" if kind == "clients" else f"/catalog/{kind}/import"
    return words(counter.client.post(path, {"file": file, "request_id": counter.new_id()}))


def bring(counter: Counter, kind: str, text: str) -> int:
    path = "/clients/import" if kind == "clients" else f"/catalog/{kind}/import"
    return int(counter.press(path, {"text": text, "go": "1"}).status_code)


def test_clients_of_square_are_looked_at_first_and_come_once(counter: Counter) -> None:
    before = Client.objects.count()
    page = look(counter, "clients", SQUARE.encode("cp1252"))
    assert "Nora Grün" in page and "New 2" in page
    assert Client.objects.count() == before  # a dry run
    for _again in range(2):
        assert bring(counter, "clients", SQUARE) == 303
    assert Client.objects.count() == before + 2
    nora = Client.objects.get(name="Nora Grün")
    assert nora.note == "Likes tea"
    assert set(nora.contact_points.values_list("value", flat=True)) == {"+4915112345670", "nora@client.example"}
    assert "There already 2" in look(counter, "clients", SQUARE.encode())


def test_each_bad_row_is_named_and_left_out(counter: Counter) -> None:
    text = ALTEGIO.replace("4915112345670", "+4915112345670")
    page = look(counter, "clients", text.encode())
    assert "Left out 1" in page and "3 Pia Lang left out Type the whole phone number" in page
    bring(counter, "clients", text)
    assert Client.objects.filter(name="Nora Grün").exists()
    assert not Client.objects.filter(name="Pia Lang").exists()


def test_a_known_client_gets_what_the_file_knows_more(counter: Counter) -> None:
    text = "Name,Phone,Email\nChloe,+4915112345678,new@client.example\nNora,,n@client.example\nNora,,n@client.example\n"
    page = look(counter, "clients", text.encode())
    assert "Completed 1" in page and "Adds new@client.example" in page and "New 1" in page and "There already 1" in page
    bring(counter, "clients", text)
    assert ContactPoint.objects.filter(client=counter.salon.chloe, value="new@client.example").exists()
    assert Client.objects.filter(name="Nora").count() == 1


def test_two_rows_of_one_new_client_become_one_card(counter: Counter) -> None:
    text = "Name,Phone,Email\nNora,+4915112345670,n@client.example\nNora,+4915112345670,second@client.example\n"
    bring(counter, "clients", text)
    assert Client.objects.get(name="Nora").contact_points.count() == 3
    bring(counter, "clients", text)
    assert Client.objects.get(name="Nora").contact_points.count() == 3


def test_pabau_gives_a_mobile_and_a_phone(counter: Counter) -> None:
    bring(counter, "clients", PABAU)
    assert Client.objects.get(name="Quinn Roe").contact_points.filter(kind="phone").count() == 2


def test_services_come_with_price_range_duration_category_and_tax(counter: Counter) -> None:
    add_tax_rate(location=counter.salon.location, name="19 %", ppm=190_000)
    text = "Service name;Category;Price from;Price to;Duration;VAT\n"
    text += "Cut;Hair;45,00;60,00;1 h 15 min;19 %\nFringe;Hair;€ 12,50;;15;\nWax;Hair;x;;15;\nDye;Hair;20;;;\n"
    page = look(counter, "services", text.encode())
    assert "New 2" in page and "Left out 2" in page and "Dye left out How long it takes is missing" in page
    for _again in range(2):
        bring(counter, "services", text)
    cut, fringe = Service.objects.order_by("pk")
    assert (cut.price_minor, cut.price_max_minor, cut.duration_minutes) == (4500, 6000, 75)
    assert cut.category is not None and cut.category.name == "Hair"
    assert cut.tax_rate is not None and cut.tax_rate.ppm == 190_000
    assert (fringe.price_minor, fringe.price_max_minor) == (1250, None)


def test_products_of_square_are_known_again_by_sku_or_barcode(counter: Counter) -> None:
    text = "Token,Item Name,Variation Name,SKU,Price,GTIN,Category\n"
    text += "1,Wax,Regular,W-1,15.00,4006381333931,Hair\n2,Wax,Strong,W-2,17.00,,Hair\n"
    bring(counter, "products", text)
    assert list(Product.objects.order_by("pk").values_list("name", "sku")) == [("Wax", "W-1"), ("Wax Strong", "W-2")]
    renamed = "Name,Price,Barcode\nWax new,15.00,4006381333931\n"
    assert "There already 1" in look(counter, "products", renamed.encode())


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [("45", 45), ("45 min", 45), ("1:30", 90), ("01:30:00", 90), ("1h 30min", 90), ("2 h", 120), ("5400", 90), ("x", None), ("", None)],
)  # fmt: skip
def test_durations_are_read_as_programs_write_them(typed: str, minutes: int | None) -> None:
    assert minutes_of(typed) == minutes


def test_what_is_no_list_is_refused_with_a_sentence(counter: Counter) -> None:
    assert "The first line must name the columns" in look(counter, "clients", b"a,b\n1,2\n")
    assert "no CSV file" in look(counter, "clients", b"\0\1\2")
    assert "Choose a CSV file." in words(counter.press("/clients/import", {}))


def test_our_own_files_come_back_and_hold_no_formula(counter: Counter) -> None:
    salon = counter.salon
    Client.objects.filter(pk=salon.chloe.pk).update(name='=HYPERLINK("x")')
    counter.service(name="+Cut", minor=4500, price_max_minor=6000)
    counter.product(name="@Wax", sku="-1")
    file = counter.client.get("/clients/clients.csv")
    text = file.content.decode()
    assert "'=HYPERLINK" in text and "'+4915112345678" in text and "\n=" not in text
    assert "There already 1" in look(counter, "clients", file.content)
    for kind, name in (("services", "'+Cut"), ("products", "'@Wax")):
        content = counter.client.get(f"/catalog/{kind}.csv").content
        assert name in content.decode()
        assert "There already 1" in look(counter, kind, content)
