"""Codes asked for at a desk's QR: one limit for all processes, whatever the asker says of where it comes from."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from quittance.flows.ask_desk_code import MOST_BY_ADDRESS
from quittance.messages.models import ChannelAccount
from quittance.pay_desks.actions import add_desk
from quittance.pay_desks.models import CodeAsk
from tests.money.test_killed_worker import database_url
from tests.support.salon import Salon

# It commits for good: the askers are processes of their own.
COMMITS = True


@pytest.mark.row("J2")
@pytest.mark.django_db(transaction=True)
def test_t53_four_processes_share_one_limit_on_codes(salon: Salon) -> None:
    ChannelAccount.objects.create(
        business=salon.business,
        channel="sms",
        system="fake_sms",
        sender="+4930555000",
        credentials="{}",
        address_token="sms".ljust(32, "0"),
        enabled=True,
        created_at=salon.now,
    )
    desk = add_desk(location=salon.location, name="Front desk", now=salon.now)
    environment = {
        **os.environ,
        "QUITTANCE_DATABASE_URL": database_url(),
        "QUITTANCE_PROXY_COUNT": "0",
        "DJANGO_SETTINGS_MODULE": "quittance.config.settings",
    }
    askers = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.attacks.code_asker", desk.code.reveal(), "8"],
            env=environment,
            cwd=Path(__file__).parents[2],
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for _ in range(4)
    ]
    said = [asker.communicate(timeout=300) for asker in askers]
    assert [asker.returncode for asker in askers] == [0] * 4, said
    assert sum(int(out) for out, _ in said) == MOST_BY_ADDRESS
    assert CodeAsk.objects.count() == MOST_BY_ADDRESS
