"""A run of random kills under load, from an empty salon to the comparison of the books."""

from __future__ import annotations

import json
import random
import threading
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import httpx2

from quittance.cli.demo import Ports
from quittance.core import clock
from quittance.payment_systems.fake import FakeBank
from quittance.payments import settings_actions
from quittance.payments.models import Payment, PaymentAccount, Refund
from tests.simulator.interleaving.kill_books import become_quiet, what_is_wrong
from tests.simulator.interleaving.kill_house import KillHouse
from tests.simulator.interleaving.kill_people import Diary, Town, hire_eva, live
from tests.simulator.interleaving.their_books import KEY, TheirBooks
from tests.support.database import free_ports
from tests.support.salon import Salon, open_salon

_SECRET = "whsec_killing"
_FINISHING_SECONDS = 200


@dataclass(frozen=True, slots=True)
class Result:
    """Counts to print, and every finding."""

    counts: dict[str, int]
    wrong: list[str]


def run(*, seconds: float, seed: int, home: Path, database_url: str, people: int = 3) -> Result:
    """The database is migrated and empty. Bounded: people stop after `seconds`, then there is quiet."""
    dice, diary = random.Random(seed), Diary()
    ports = Ports(web=free_ports(3)[0])
    with KillHouse(home=home, ports=ports, database_url=database_url) as house:
        salon = _open_salon(house)
        user = hire_eva(salon)
        house.open()
        until = time.monotonic() + seconds
        over = partial(_is_over, until)
        town = Town(salon, house.web_url, TheirBooks(house.sandbox_url), user, diary)
        threads = [
            threading.Thread(target=live, args=(town,), kwargs={"seed": seed * 100 + number, "until": over})
            for number in range(people)
        ]
        for thread in threads:
            thread.start()
        while not over():
            # Now and then it is killed before it stands; mostly it has been at work for a while.
            began = time.monotonic()
            if dice.random() < 0.9:
                house.wait_until_open()
            # On a slow machine it takes longer to stand, so it also lives longer.
            time.sleep(dice.uniform(0.2, 4 + 3 * (time.monotonic() - began)))
            house.kill_something(dice)
        # The last kill may be the one at which the web gives up; who still waits for an answer must get one.
        deadline = time.monotonic() + _FINISHING_SECONDS
        while any(thread.is_alive() for thread in threads) and time.monotonic() < deadline:
            house.wait_until_open()
            time.sleep(0.2)
        left = become_quiet(house)
        wrong = [*left, *what_is_wrong(house, diary)]
        counts = {
            **diary.counts,
            **{f"kills of the {name}": number for name, number in house.kills.items()},
            **{f"revivals of the {name}": number for name, number in house.revivals.items()},
            "payments landed": Payment.objects.filter(state="paid").count(),
            "refunds succeeded": Refund.objects.filter(state="succeeded").count(),
        }
        said = house.said() if wrong else ""
    return Result(counts, [*wrong, said] if said else wrong)


def _is_over(until: float) -> bool:
    return time.monotonic() > until


def _open_salon(house: KillHouse) -> Salon:
    """Ana's salon, whose payment account is at the sandbox and hears of it by webhook."""
    salon = open_salon(FakeBank())
    salon.now = clock.now()
    account = PaymentAccount.objects.get(pk=salon.account.pk)
    url = f"{house.web_url}/inbound/stripe/{account.address_token}"
    added = httpx2.post(
        f"{house.sandbox_url}/control/endpoint",
        data={"account": KEY.rpartition("_")[2], "url": url, "secret": _SECRET}, timeout=10,
    )  # fmt: skip
    assert added.status_code == 200, added.text
    keys = {"publishable_key": "pk_test_salon", "secret_key": KEY, "signing_secrets": [_SECRET]}
    account.system, account.credentials = "stripe", json.dumps(keys)
    account.save(update_fields=["system", "credentials"])
    settings_actions.start_sweep(account=account, now=salon.now)
    return salon
