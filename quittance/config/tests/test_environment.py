from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from quittance.config.environment import RefusedToStartError, new_keys, read_environment


def production(tmp_path: Path, **changes: str) -> dict[str, str]:
    keys = new_keys()
    variables = {
        "QUITTANCE_SECRET_KEY": keys["secret_key"],
        "QUITTANCE_KEY_RING": keys["key_ring"],
        "QUITTANCE_BASE_URL": "https://pay.example.org",
        "QUITTANCE_ALLOWED_HOSTS": "pay.example.org",
        "QUITTANCE_DATA_DIR": str(tmp_path),
    }
    return {name: value for name, value in (variables | changes).items() if value}


def test_a_complete_production_environment_starts(tmp_path):
    environment = read_environment(production(tmp_path))
    assert environment.is_production
    assert environment.allowed_hosts == ("pay.example.org",)
    assert environment.database_url == f"sqlite:///{tmp_path / 'quittance.sqlite3'}"


@pytest.mark.row("M2")
@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"QUITTANCE_SECRET_KEY": ""}, "QUITTANCE_SECRET_KEY is missing; set it to the output of `quittance newkeys`."),
        ({"QUITTANCE_SECRET_KEY": "short"}, "QUITTANCE_SECRET_KEY is weak; it needs 50 random characters, as `quittance newkeys` prints them."),
        ({"QUITTANCE_SECRET_KEY": "a" * 64}, "QUITTANCE_SECRET_KEY is weak; it needs 50 random characters, as `quittance newkeys` prints them."),
        ({"QUITTANCE_SECRET_KEY": "django-insecure-" + "abcdefghijklmnopqrstuvwxyz0123456789" * 2}, "QUITTANCE_SECRET_KEY is weak; it needs 50 random characters, as `quittance newkeys` prints them."),
        ({"QUITTANCE_DEBUG": "1"}, "QUITTANCE_DEBUG is on; production shows no tracebacks to visitors, so unset it."),
        ({"QUITTANCE_ALLOWED_HOSTS": ""}, "QUITTANCE_ALLOWED_HOSTS is empty; set it to the host names that this installation answers to."),
        ({"QUITTANCE_ALLOWED_HOSTS": "*"}, "QUITTANCE_ALLOWED_HOSTS holds '*'; name the hosts instead."),
        ({"QUITTANCE_KEY_RING": ""}, "QUITTANCE_KEY_RING is missing; set it to the output of `quittance newkeys` and keep a copy apart."),
        ({"QUITTANCE_KEY_RING": "nonsense"}, "Key 1 of QUITTANCE_KEY_RING is not a Fernet key; make one with `quittance newkeys`."),
        ({"QUITTANCE_BASE_URL": ""}, "QUITTANCE_BASE_URL is missing; set it to the public address, such as https://pay.example.org."),
        ({"QUITTANCE_BASE_URL": "http://pay.example.org"}, "QUITTANCE_BASE_URL does not start with https://; clients pay there, so serve it over TLS."),
    ],
)  # fmt: skip
def test_production_refuses_to_start_in_a_sentence(tmp_path, changes, sentence):
    with pytest.raises(RefusedToStartError) as refused:
        read_environment(production(tmp_path, **changes))
    assert refused.value.reasons == [sentence]


@pytest.mark.parametrize(
    "name",
    [
        "QUITTANCE_STRIPE_API_URL",
        "QUITTANCE_TWILIO_API_URL",
        "QUITTANCE_WHATSAPP_API_URL",
        "QUITTANCE_MAIL_SERVICES_API_URL",
        "QUITTANCE_SANDBOX_URL",
    ],
)
def test_production_refuses_the_sandbox(tmp_path, name):
    with pytest.raises(RefusedToStartError) as refused:
        read_environment(production(tmp_path, **{name: "http://127.0.0.1:8001"}))
    (sentence,) = refused.value.reasons
    assert sentence.startswith("The sandbox is set (http://127.0.0.1:8001); unset QUITTANCE_STRIPE_API_URL")


def test_all_reasons_are_told_at_once(tmp_path):
    with pytest.raises(RefusedToStartError) as refused:
        read_environment({"QUITTANCE_DATA_DIR": str(tmp_path)})
    assert len(refused.value.reasons) == 4


def test_an_unknown_mode_is_refused_with_the_known_ones():
    with pytest.raises(RefusedToStartError, match="production, demo, test, development"):
        read_environment({"QUITTANCE_MODE": "staging"})


def test_production_makes_no_keys_of_its_own(tmp_path):
    with pytest.raises(RefusedToStartError):
        read_environment(production(tmp_path, QUITTANCE_KEY_RING=""))
    assert list(tmp_path.iterdir()) == []


def test_the_demo_keeps_its_keys_so_that_a_second_start_opens_the_same_secrets(tmp_path):
    variables = {"QUITTANCE_MODE": "demo", "QUITTANCE_DATA_DIR": str(tmp_path)}
    first, second = read_environment(variables), read_environment(variables)
    assert first.key_ring == second.key_ring
    assert first.secret_key == second.secret_key
    assert [path.name for path in tmp_path.iterdir()] == ["keys.json"]
    assert (tmp_path / "keys.json").stat().st_mode & 0o077 == 0


def test_new_keys_are_strong_and_fit_the_ring():
    keys = new_keys()
    assert len(keys["secret_key"]) >= 50
    Fernet(keys["key_ring"])
