"""A process that asks for codes at a desk's QR: `python -m tests.attacks.code_asker <code of the desk> <how many>`.

Each comes with a forged `X-Forwarded-For` and a number of its own. It says how many were promised a code.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime

import django

django.setup()

from django.test import Client  # noqa: E402 - Django's models need its setup first

from quittance.core import clock  # noqa: E402
from quittance.pay.form_key import form_key  # noqa: E402

MINUTE = datetime(2026, 11, 26, 13, 0, 30, tzinfo=UTC)

if __name__ == "__main__":
    clock.now = lambda: MINUTE  # every process asks in the same minute
    code, one = sys.argv[1], Client()
    answers = [
        one.post(
            f"/d/{code}/phone",
            {"key": form_key(code), "phone": f"+49151{os.getpid() % 10_000:04d}{number:04d}"},
            headers={"X-Forwarded-For": f"198.51.100.{number}"},
        ).status_code
        for number in range(int(sys.argv[2]))
    ]
    assert set(answers) <= {303, 429}, answers
    sys.stdout.write(str(answers.count(303)))
