from __future__ import annotations

import pytest

from quittance.messages.addresses import AddressError, read_address, short_hash


@pytest.mark.parametrize(
    ("typed", "country", "channel", "value"),
    [
        (" Chloe@Client.Example ", "DE", "email", "chloe@client.example"),
        ("0151 123 45 678", "DE", "sms", "+4915112345678"),
        ("+44 7400 123456", "DE", "sms", "+447400123456"),
        ("0044 7400 123456", "DE", "sms", "+447400123456"),
        ("(0151) 123-45678", "DE", "sms", "+4915112345678"),
    ],
)
def test_what_people_type_is_read(typed, country, channel, value):
    read = read_address(typed, country=country)
    assert (read.channel, read.value) == (channel, value)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "@",
        "a@b",
        "a b@c.example",
        "a@c..example",
        "a@c.example\r\nBcc: x@y.example",
        "12",
        "0151 123 45 678 901 234",
        "٠١٥١١٢٣٤٥٦٧٨",
        "0151x123",
        "a" * 255 + "@b.example",
    ],
)
def test_what_cannot_be_an_address_is_refused_with_what_to_do(typed):
    with pytest.raises(AddressError, match=r"(?s).*\.$"):
        read_address(typed, country="DE")


def test_a_number_without_country_code_needs_a_country():
    with pytest.raises(AddressError, match="country code"):
        read_address("0151 12345678", country="")


def test_a_hash_names_no_address():
    assert short_hash("chloe@client.example") != short_hash("chloe@client.examplf")
    assert "chloe" not in short_hash("chloe@client.example")
