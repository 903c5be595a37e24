"""Guessing at sign-in is slow, whoever the guesser says to be, and tells nothing about who works here."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.test import Client as Browser

from quittance.config.tests.test_sign_in import mails
from quittance.core.actor import Right
from quittance.desk.tests.counter import words
from tests.attacks.world import PASSWORD, Place

pytestmark = [pytest.mark.django_db, pytest.mark.row("K1")]


def forged(number: int) -> dict[str, str]:
    address = f"203.0.113.{number % 250}"
    return {
        "X-Forwarded-For": address,
        "X-Real-IP": address,
        "CF-Connecting-IP": address,
        "Forwarded": f"for={address}",
    }


def test_t53_forged_addresses_do_not_buy_more_guesses(ana: Place) -> None:
    user = ana.person(frozenset(Right), name="Owner")
    for number in range(12):
        answer = Browser().post(
            "/accounts/login/", {"login": user.email, "password": f"guess {number}"}, headers=forged(number)
        )
        assert answer.status_code in {422, 429}
    right = Browser().post("/accounts/login/", {"login": user.email, "password": PASSWORD}, headers=forged(99))
    assert right.status_code in {422, 429}


def test_t53_who_presses_too_often_reads_a_sentence(ana: Place) -> None:
    answers = [
        Browser().post("/accounts/login/", {"login": f"{number}@x.example", "password": "x"}) for number in range(40)
    ]
    last = answers[-1]
    assert last.status_code in {422, 429}
    assert re.search(r"Too many tries", words(last))
    assert "Content-Security-Policy" in last


def test_t53_nobody_can_flood_a_mailbox_or_learn_who_works_here(ana: Place) -> None:
    mail.outbox.clear()
    known = ana.person(frozenset(Right), name="Owner").email
    seen = {}
    for address in (known, "nobody@elsewhere.example"):
        one = Browser()
        answer = one.post("/accounts/password/reset/", {"email": address})
        seen[address] = (
            answer.status_code,
            answer.headers.get("Location"),
            words(one.get("/accounts/password/reset/done/")),
        )
    assert len(set(seen.values())) == 1
    for number in range(10):
        Browser().post("/accounts/password/reset/", {"email": known}, headers=forged(number))
    assert 1 <= len(mails()) <= 5
    assert {to for one in mails() for to in one.to} == {known}


def test_the_link_for_a_new_password_works_once_and_for_its_owner_only(ana: Place) -> None:
    user, other = ana.person(frozenset(Right), name="Owner"), ana.person(frozenset(Right), name="Eve")
    mail.outbox.clear()
    Browser().post("/accounts/password/reset/", {"email": user.email})
    found = re.search(r"/accounts/password/reset/key/([0-9a-z]+)-(\S+)/", str(mails()[0].body))
    assert found
    path, key = found.group(), found.group(2)

    foreign = path.replace(found.group(1) + "-", _base36(other.pk) + "-")
    for wrong in (foreign, path.replace(key, key[:-1]), path.replace(key, "set-password")):
        one = Browser()
        one.get(wrong, follow=True)
        one.post(wrong, {"password1": "quite another one", "password2": "quite another one"})
    other.refresh_from_db()
    assert other.check_password(PASSWORD)

    one = Browser()
    form = one.get(path, follow=True).redirect_chain[-1][0]
    assert key not in form, "the key would stand in the address that the browser shows and refers to"
    assert one.post(form, {"password1": "quite another one", "password2": "quite another one"}).status_code == 302
    assert "_auth_user_id" not in one.session
    user.refresh_from_db()
    assert user.check_password("quite another one")

    again = Browser()
    again.get(path, follow=True)
    again.post(form, {"password1": "a third one, longer", "password2": "a third one, longer"})
    user.refresh_from_db()
    assert user.check_password("quite another one")


def _base36(number: int) -> str:
    from django.utils.http import int_to_base36

    return int_to_base36(number)
