"""Columns that hold a secret at rest."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models.query_utils import DeferredAttribute

from quittance.core.secret import KeyRing, SealedSecret, Secret

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

    _TextField = models.TextField[Secret | str, Secret]
else:
    _TextField = models.TextField


def key_ring() -> KeyRing:
    """The installation's keys, newest first, from the environment."""
    return _opened(tuple(settings.QUITTANCE_KEY_RING))


@lru_cache(maxsize=4)
def _opened(keys: tuple[str, ...]) -> KeyRing:
    return KeyRing(keys)


class _SecretAttribute(DeferredAttribute):
    """What is assigned becomes a Secret at once, so that a new row reads like a stored one."""

    def __set__(self, instance: models.Model, value: Secret | str | None) -> None:
        kept = value if value is None or isinstance(value, Secret) else Secret(str(value))
        instance.__dict__[self.field.attname] = kept


class EncryptedField(_TextField):
    """Text encrypted by the key ring; read as `Secret`, so that printing a row prints no secret.

    Empty stays empty. It is decrypted by `reveal()`, not by loading the row; that raises UndecipherableError
    where no key of the ring fits. The column cannot be filtered by: keep a `mac` beside it for lookups.
    """

    descriptor_class = _SecretAttribute

    def from_db_value(self, value: str | None, _expression: object, _connection: object) -> Secret | None:
        if value is None:
            return None
        return SealedSecret(value, key_ring()) if value else Secret("")

    def to_python(self, value: Any) -> Any:
        return value if value is None or isinstance(value, Secret) else Secret(str(value))

    def get_prep_value(self, value: Any) -> Any:
        if value is None:
            return None
        text = value.reveal() if isinstance(value, Secret) else str(value)
        return key_ring().encrypt(text) if text else ""

    def get_db_prep_value(  # Django's own signature
        self,
        value: Any,
        connection: BaseDatabaseWrapper,  # noqa: ARG002
        prepared: bool = False,  # noqa: FBT001, FBT002
    ) -> Any:
        return value if prepared else self.get_prep_value(value)
