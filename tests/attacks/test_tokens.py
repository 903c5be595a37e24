"""T45: a link's token cannot be guessed, says nothing, and guessing is slow on every process together."""

from __future__ import annotations

import base64
import os
import random
import subprocess
import sys
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from quittance.core import ids
from quittance.payments.models import PaymentLink
from quittance.rows.fields import key_ring
from tests.attacks.world import Place, all_rows, browser
from tests.money.test_killed_worker import database_url
from tests.support.salon import Salon

# Some of these tests commit for good.
COMMITS = True
pytestmark = pytest.mark.row("C1")
PATHS = ("", "/return", "/state", "/receipt.pdf", "/visit.ics")
COUNT = 10_000


def bits_of(token: str) -> int:
    return int.from_bytes(base64.urlsafe_b64decode(token + "=="), "big")


def test_t45_ten_thousand_tokens_are_unique_and_every_bit_is_a_coin_toss(monkeypatch: pytest.MonkeyPatch) -> None:
    random.seed(1)
    tokens = [ids.new_token() for _ in range(COUNT)]
    random.seed(1)
    again = [ids.new_token() for _ in range(COUNT)]
    assert len({*tokens, *again}) == 2 * COUNT
    assert {len(token) for token in tokens} == {22}
    numbers = [bits_of(token) for token in tokens]
    for bit in range(128):
        ones = sum(number >> bit & 1 for number in numbers)
        assert abs(ones - COUNT / 2) < 6 * (COUNT / 4) ** 0.5, f"bit {bit} is set {ones} times"
    # Neighbours share no more bits than strangers would: nothing counts upwards, no clock is in it.
    shared = sum(128 - (one ^ next_one).bit_count() for one, next_one in pairwise(numbers))
    assert abs(shared / (COUNT - 1) - 64) < 1
    assert 0.4 < sum(a < b for a, b in pairwise(numbers)) / COUNT < 0.6


@pytest.mark.django_db
def test_t45_links_made_at_the_same_instant_share_nothing(salon: Salon) -> None:
    tokens = [salon.link(salon.visit()) for _ in range(30)]
    assert len({token[:3] for token in tokens}) > 25
    for token, row in zip(tokens, PaymentLink.objects.order_by("pk"), strict=True):
        assert base64.urlsafe_b64decode(token + "==") != row.pk.to_bytes(16, "big")
        assert row.token_mac != token and len(row.token_mac) == 64


@pytest.mark.django_db
@pytest.mark.parametrize("path", PATHS)
def test_t45_every_wrong_token_gets_one_and_the_same_answer_at_the_same_cost(ana: Place, dan: Place, path: str) -> None:
    stored = PaymentLink.objects.get(bill=ana.visit.bill_id)
    wrong = {
        "unknown": ids.new_token(),
        "truncated": ana.token[:-1],
        "lengthened": ana.token + "A",
        "other case": ana.token.swapcase(),
        "padded": ana.token + "==",
        "spelt otherwise": ana.token[:-1] + chr(ord(ana.token[-1]) + 1),
        "its id": str(stored.pk),
        "its mac": stored.token_mac,
        "encrypted": key_ring().encrypt(ana.token),
        "of an account": dan.salon.account.address_token,
        "two at once": ana.token + dan.token,
        "with a zero": ana.token + "\x00",
        "not text": "\udcff",
        "very long": "A" * 5_000,
        "blank": "%20",
    }  # fmt: skip
    answers, costs = set(), set()
    for why, token in wrong.items():
        if token.encode("utf-8", "ignore").decode() != token:
            continue
        with CaptureQueriesContext(connection) as asked:
            answer = browser().get(f"/p/{token}{path}".replace("\x00", "%00"))
        assert answer.status_code == 404, why
        answers.add((answer.content, answer["Content-Type"], answer.get("Cache-Control"), answer.get("Set-Cookie")))
        if len(token) == len(ana.token):  # what is too short or too long to be a token need not be looked up
            costs.add(sum("limits_trycount" not in query["sql"] for query in asked.captured_queries))
    assert len(answers) == 1
    assert len(costs) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["pay", "check", "seen"])
def test_t45_posting_tells_no_more_than_looking(ana: Place, path: str) -> None:
    """Without the value that stands on the page, an address that exists answers like one that does not."""
    true, false = (browser().post(f"/p/{token}/{path}") for token in (ana.token, ids.new_token()))
    assert true.status_code == false.status_code
    assert true.content == false.content


@pytest.mark.django_db
def test_t45_an_ended_link_says_so_to_its_holder_and_takes_nothing(ana: Place) -> None:
    PaymentLink.objects.filter(bill=ana.visit.bill_id).update(expires_at=ana.salon.now - timedelta(minutes=1))
    page = browser().get(f"/p/{ana.token}")
    assert page.status_code == 200
    assert b"<form" not in page.content
    before = all_rows()
    assert ana.salon.press_pay(ana.token).outcome == "closed"
    assert all_rows() == before


@pytest.mark.django_db
def test_t45_fifty_misses_a_minute_and_forged_headers_do_not_help(ana: Place) -> None:
    codes = [
        browser().get(
            f"/p/{ids.new_token()}",
            headers={"X-Forwarded-For": f"203.0.113.{number}", "X-Real-IP": f"203.0.113.{number}", "Forwarded": "for=1"},
        ).status_code
        for number in range(60)
    ]  # fmt: skip
    assert codes == [404] * 50 + [429] * 10
    # Who had guessed is not told either when a guess is right; others are not kept waiting.
    assert browser().get(f"/p/{ana.token}").status_code == 429
    assert browser().get(f"/p/{ana.token}", REMOTE_ADDR="192.0.2.77").status_code == 200
    ana.salon.wait(minutes=1)
    assert browser().get(f"/p/{ana.token}").status_code == 200


@pytest.mark.django_db
def test_t45_two_paths_and_posts_of_one_guesser_count_together(ana: Place) -> None:
    paths = [path for path in PATHS for _ in range(10)]
    assert {browser().get(f"/p/{ids.new_token()}{path}").status_code for path in paths} == {404}
    assert browser().get(f"/p/{ids.new_token()}").status_code == 429


@pytest.mark.django_db(transaction=True)
def test_t45_four_processes_share_one_limit(transactional_db: None) -> None:
    environment = {**os.environ, "QUITTANCE_DATABASE_URL": database_url(), "QUITTANCE_PROXY_COUNT": "0"}
    guessers = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.attacks.guesser", "40"], env=environment | {"DJANGO_SETTINGS_MODULE": "quittance.config.settings"},
            cwd=Path(__file__).parents[2], text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
        for _ in range(4)
    ]  # fmt: skip
    said = [guesser.communicate(timeout=90) for guesser in guessers]
    assert [guesser.returncode for guesser in guessers] == [0] * 4, said
    assert sum(int(out) for out, _ in said) == 50


def test_t45_the_secret_behind_the_form_is_not_the_token(settings: object) -> None:
    from quittance.pay.form_key import form_key, is_form_key

    token = ids.new_token()
    assert token not in form_key(token)
    assert is_form_key(form_key(token), token)
    for given in ("", "x", token, form_key(ids.new_token()), form_key(token)[:-1], form_key(token) + "A"):
        assert not is_form_key(given, token)
