"""A process that sends what is due, once, for tests that kill it.

`python -m quittance.flows.tests.one_sender 2026-11-26T13:00:05+00:00`
"""

from __future__ import annotations

import sys
from datetime import datetime

import django

django.setup()

from quittance.due import actions as due  # noqa: E402 - Django's models need its setup first
from quittance.flows import send_message  # noqa: E402
from quittance.flows.tests.post_office import LEASE_SECONDS  # noqa: E402
from quittance.messages.models import Message  # noqa: E402

if __name__ == "__main__":
    now = datetime.fromisoformat(sys.argv[1])
    for row in due.claim(Message, limit=20, lease_seconds=LEASE_SECONDS, now=now):
        send_message.work(message_id=row.id, lease_token=row.lease_token, now=now)
