"""A process that guesses addresses of payment links: `python -m tests.attacks.guesser <how many>`.

It says how many of its guesses were answered at all. Each comes with a forged `X-Forwarded-For`.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime

import django

django.setup()

from django.test import Client  # noqa: E402 - Django's models need its setup first

from quittance.core import clock, ids  # noqa: E402

MINUTE = datetime(2026, 11, 26, 13, 0, 30, tzinfo=UTC)

if __name__ == "__main__":
    clock.now = lambda: MINUTE  # every process guesses in the same minute
    one = Client()
    answers = [
        one.get(f"/p/{ids.new_token()}", headers={"X-Forwarded-For": f"198.51.100.{number}"}).status_code
        for number in range(int(sys.argv[1]))
    ]
    assert set(answers) <= {404, 429}, answers
    sys.stdout.write(str(answers.count(404)))
