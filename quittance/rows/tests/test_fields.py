from __future__ import annotations

import pytest
from cryptography.fernet import Fernet
from django.db import connection

from quittance.core.secret import Secret, UndecipherableError
from quittance.inbox.models import InboundWebhook
from tests.support.salon import Salon

pytestmark = pytest.mark.django_db


def stored(table: str, column: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table}")
        return str(cursor.fetchone()[0])


def test_what_is_stored_is_not_what_was_typed_and_reads_back_the_same(salon: Salon):
    account = salon.account
    account.credentials = Secret('{"secret_key": "sk_canary"}')
    account.save()

    assert "canary" not in stored("payments_paymentaccount", "credentials")
    assert type(account).objects.get().credentials == Secret('{"secret_key": "sk_canary"}')


def test_a_row_loads_without_its_key_and_says_so_when_the_secret_is_read(salon: Salon, settings):
    settings.QUITTANCE_KEY_RING = [Fernet.generate_key().decode()]
    account = type(salon.account).objects.get()

    assert account.label == "Fake bank"
    with pytest.raises(UndecipherableError):
        account.credentials.reveal()


def test_empty_stays_empty(salon: Salon):
    row = InboundWebhook.objects.create(
        business_id=salon.business.pk,
        source="fake",
        account_id=1,
        event_id="e",
        kind="k",
        body="",
        received_at=salon.now,
    )

    assert stored("inbox_inboundwebhook", "body") == ""
    assert not InboundWebhook.objects.get(pk=row.pk).body
