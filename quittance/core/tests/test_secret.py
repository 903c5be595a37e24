from __future__ import annotations

import pytest
from cryptography.fernet import Fernet

from quittance.core.secret import KeyRing, SealedSecret, Secret, UndecipherableError

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


def test_a_secret_is_never_printed():
    for secret in (Secret("sk_live_canary"), SealedSecret(KeyRing([OLD]).encrypt("sk_live_canary"), KeyRing([OLD]))):
        assert "canary" not in f"{secret} {secret!r} {[secret]}"
        assert secret.reveal() == "sk_live_canary"
        assert secret.last4 == "nary"


def test_a_sealed_secret_equals_the_same_text_in_the_open():
    ring = KeyRing([OLD])

    assert SealedSecret(ring.encrypt("é"), ring) == Secret("é")
    assert SealedSecret(ring.encrypt("é"), ring) != Secret("e")
    assert len({SealedSecret(ring.encrypt("é"), ring), Secret("é")}) == 1


def test_blank_text_counts_as_no_secret_sealed_or_not():
    ring = KeyRing([OLD])

    assert not Secret(" ")
    assert not SealedSecret(ring.encrypt(" "), ring)
    assert SealedSecret(ring.encrypt("x"), ring)


def test_a_sealed_secret_is_opened_only_when_it_is_read():
    sealed = SealedSecret(KeyRing([OLD]).encrypt("sk_test"), KeyRing([NEW]))

    with pytest.raises(UndecipherableError):
        sealed.reveal()


def test_a_newer_key_in_front_opens_the_old_rows_and_finds_them_too():
    old, both = KeyRing([OLD]), KeyRing([NEW, OLD])

    assert both.decrypt(old.encrypt("token")) == "token"
    assert both.mac("token") == old.mac("token")
    with pytest.raises(UndecipherableError):
        old.decrypt(both.encrypt("token"))
