"""A process that presses what is limited, as often as it is told, with forged addresses: one of several at once.

`python -m tests.attacks.presser` with a Target as a line of JSON on standard input; says `ready`, waits for one more
line, presses, and prints for each kind how many presses were let through.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from datetime import UTC, datetime

import django


@dataclass(frozen=True, slots=True)
class Target:
    """`email` is of somebody who signs in; `token` a link's; `visit_id` of a visit whose link is sent."""

    process: int
    times: int
    email: str
    token: str
    business_id: int
    location_id: int
    visit_id: int


MINUTE = datetime(2026, 11, 26, 13, 0, 30, tzinfo=UTC)


def main() -> None:
    target = Target(**json.loads(sys.stdin.readline()))
    django.setup()

    from quittance.core import clock

    clock.now = lambda: MINUTE  # every process presses in the same minute
    # Addresses that do not exist stand last: who guesses at them waits with everything.
    works = {"login": logins, "page": pages, "message": messages, "token": tokens}
    print("ready", flush=True)
    sys.stdin.readline()
    sys.stdout.write(json.dumps({name: work(target) for name, work in works.items()}))


def forged(target: Target, number: int) -> dict[str, str]:
    address = f"203.0.{target.process}.{number % 250}"
    return {
        "X-Forwarded-For": address,
        "X-Real-IP": address,
        "CF-Connecting-IP": address,
        "Forwarded": f"for={address}",
    }


def logins(target: Target) -> int:
    """Guesses at one password that were looked at at all."""
    from django.test import Client

    through = 0
    for number in range(target.times):
        guess = {"login": target.email, "password": f"guess {target.process} {number}"}
        answer = Client().post("/accounts/login/", guess, headers=forged(target, number))
        assert answer.status_code in {422, 429}, answer.status_code
        through += b"Too many tries" not in answer.content and answer.status_code == 422
    return through


def tokens(target: Target) -> int:
    from django.test import Client

    from quittance.core import ids

    one = Client()
    answers = [
        one.get(f"/p/{ids.new_token()}", headers=forged(target, number)).status_code
        for number in range(target.times * 4)
    ]
    assert set(answers) <= {404, 429}, answers
    return answers.count(404)


def pages(target: Target) -> int:
    """Nobody answers at the payment system, so each press asks for a page of its own, save those at one moment."""
    from django.test import Client

    from quittance.pay.form_key import form_key

    one, key = Client(), {"key": form_key(target.token)}
    answers = [
        one.post(f"/p/{target.token}/pay", key, headers=forged(target, number)).status_code
        for number in range(target.times * 3)
    ]
    assert set(answers) <= {503, 429}, answers
    return answers.count(503)


def messages(target: Target) -> int:
    """Each to an address of its own."""
    from quittance.core.actor import Actor, Right
    from quittance.flows import send_link
    from quittance.flows.errors import RefusedError

    actor = Actor(
        kind="staff",
        business_id=target.business_id,
        user_id=7,
        rights={target.location_id: frozenset(Right)},
        ip=f"203.0.{target.process}.1",
    )
    through = 0
    for number in range(target.times):
        address = f"chloe{target.process}-{number}@client.example"
        try:
            send_link.send(actor=actor, visit_id=target.visit_id, channels=(), once_to=address, now=MINUTE)
        except RefusedError:
            continue
        through += 1
    return through


if __name__ == "__main__":
    main()
