from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from quittance.config import health
from quittance.core.clock import now
from quittance.due.models import WorkerHeartbeat

pytestmark = pytest.mark.row("M2")


def test_healthz_answers_without_asking_the_database_and_whatever_the_host(client: Client):
    response = client.get("/healthz", headers={"host": "10.0.0.7"})
    assert (response.status_code, response.json()) == (200, {"status": "ok", "checks": {}})


@pytest.mark.django_db
def test_readyz_is_red_while_no_worker_has_ever_run(client: Client):
    response = client.get("/readyz")
    assert response.status_code == 503
    checks = response.json()["checks"]
    assert checks["database"]["ok"] and checks["migrations"]["ok"]
    assert checks["worker"] == {"ok": False, "text": "No worker has ever run here. Start one with `quittance worker`."}


@pytest.mark.django_db
def test_readyz_is_green_while_a_worker_beats(client: Client):
    WorkerHeartbeat.objects.create(name="one", seen_at=now(), started_at=now())
    response = client.get("/readyz")
    assert (response.status_code, response.json()["status"]) == (200, "ok")


@pytest.mark.django_db
def test_a_worker_silent_for_over_a_minute_is_named_with_the_mend():
    moment = now()
    WorkerHeartbeat.objects.create(name="one", seen_at=moment - timedelta(seconds=61), started_at=moment)
    finding = health.check_worker(now=moment)
    assert (finding.ok, finding.text) == (
        False,
        "The worker has been silent for 61 s. Start it with `quittance worker`.",
    )


@pytest.mark.django_db
def test_a_clock_six_seconds_off_is_red():
    moment = now()
    WorkerHeartbeat.objects.create(name="one", seen_at=moment, started_at=moment, skew_seconds=-6)
    assert not health.check_worker(now=moment).ok


@pytest.mark.django_db
def test_pending_migrations_are_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(health, "_applied_at_start", [])
    monkeypatch.setattr(health, "pending_migrations", lambda: ["bills.0003_more"])
    finding = health.check_migrations()
    assert finding.text == "1 migrations are pending, the first is bills.0003_more. Run `quittance migrate`."
    assert [one.name for one in health.readiness(now=now())] == ["database", "migrations"]


@pytest.mark.django_db
@pytest.mark.parametrize(("ahead", "word"), [(600, "behind"), (-600, "ahead of")])
def test_t52_a_server_clock_ten_minutes_off_is_red_though_it_agrees_with_its_database(client, ahead, word):
    moment = now()
    WorkerHeartbeat.objects.create(
        name="one", seen_at=moment, started_at=moment, their_skew_seconds=ahead, their_host="api.stripe.com"
    )
    response = client.get("/readyz")
    assert response.status_code == 503
    checks = response.json()["checks"]
    assert (checks["worker"]["ok"], checks["clock"]["ok"]) == (True, False)
    assert f"600 s {word} the one of api.stripe.com" in checks["clock"]["text"]
    assert "NTP" in checks["clock"]["text"]


@pytest.mark.django_db
def test_a_few_seconds_on_the_way_are_no_wrong_clock(client):
    moment = now()
    WorkerHeartbeat.objects.create(
        name="one", seen_at=moment, started_at=moment, their_skew_seconds=-59, their_host="api.stripe.com"
    )
    assert client.get("/readyz").status_code == 200


@pytest.mark.django_db
def test_the_suite_runs_on_the_database_that_was_asked_for():
    import os

    assert connection.vendor == {"sqlite": "sqlite", "postgres": "postgresql"}[os.environ["QUITTANCE_TEST_DB"]]
