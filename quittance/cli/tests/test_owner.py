from __future__ import annotations

import io

import pytest
from django.contrib.auth import authenticate

from quittance.businesses import first_owner
from quittance.businesses.models import Business, Location, RoleAssignment, User
from quittance.cli.main import main
from quittance.core import clock

ARGUMENTS = [
    "createowner", "--business", "Salon Ana", "--email", "Ana@Salon.example", "--name", "Ana",
    "--currency", "eur", "--country", "de", "--time-zone", "Europe/Berlin",
]  # fmt: skip

pytestmark = [pytest.mark.django_db, pytest.mark.row("K1")]


def type_password(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text + "\n"))


def test_the_first_owner_can_log_in_and_owns_the_business_everywhere(monkeypatch, capsys):
    type_password(monkeypatch, "a long enough sentence")
    assert main(ARGUMENTS) == 0
    assert authenticate(None, email="ana@salon.example", password="a long enough sentence") is not None
    assignment = RoleAssignment.objects.get()
    assert (assignment.role.slug, assignment.location) == ("owner", None)
    place = Location.objects.get()
    assert (place.name, place.currency, place.country) == ("Salon Ana", "EUR", "DE")
    assert "ana@salon.example can log in now" in capsys.readouterr().out


def test_a_weak_password_is_refused_and_nothing_is_written(monkeypatch, capsys):
    type_password(monkeypatch, "ana")
    assert main(ARGUMENTS) == 2
    assert capsys.readouterr().err.startswith("password: ")
    assert not Business.objects.exists()
    assert not User.objects.exists()


def test_an_unknown_time_zone_is_refused_and_nothing_is_written(monkeypatch, capsys):
    type_password(monkeypatch, "a long enough sentence")
    assert main([*ARGUMENTS[:-1], "Berlin"]) == 2
    assert "time_zone: Choose a time zone from the list" in capsys.readouterr().err
    assert not Business.objects.exists()


@pytest.mark.row("A6")
def test_the_code_of_an_empty_installation_is_printed_with_the_way_to_use_it(monkeypatch, capsys):
    assert main(["setupcode"]) == 0
    printed = capsys.readouterr().out
    assert "/accounts/set-up/ and type this code within an hour:" in printed
    assert first_owner.use_code(code=printed.split()[-1], now=clock.now())
    type_password(monkeypatch, "a long enough sentence")
    main(ARGUMENTS)
    assert main(["setupcode"]) == 2
    assert "Somebody can log in already." in capsys.readouterr().err
