"""The cache that the limits of sign-in count in: one for all processes, in the database, with nothing else in it.

Sign-in counts under a lock that is an `add` here: of all processes one adds, the others wait for it.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.db import connection

from quittance.core import clock
from quittance.limits.models import SharedNote
from quittance.rows.fields import key_ring

_FOR_EVER: Final = datetime(9999, 1, 1, tzinfo=UTC)
_ADD: Final = """
INSERT INTO {table} (key_mac, value, expires_at) VALUES (%s, %s, %s)
ON CONFLICT (key_mac) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at
WHERE {table}.expires_at <= %s
RETURNING key_mac
"""


class SharedCache(BaseCache):
    """Values are what JSON holds; keys, which name addresses, are kept as keyed hashes only."""

    def __init__(self, _location: str, params: dict[str, Any]) -> None:
        super().__init__(params)

    def add(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        now = clock.now()
        table = connection.ops.quote_name(SharedNote._meta.db_table)
        at = [connection.ops.adapt_datetimefield_value(one) for one in (self._end(timeout, now), now)]
        with connection.cursor() as cursor:
            cursor.execute(_ADD.format(table=table), [self._mac(key, version), json.dumps(value), *at])
            return cursor.fetchone() is not None

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        rows = SharedNote.objects.filter(key_mac=self._mac(key, version), expires_at__gt=clock.now())
        value = rows.values_list("value", flat=True).first()
        return default if value is None else json.loads(value)

    def set(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        now = clock.now()
        _, is_new = SharedNote.objects.update_or_create(
            key_mac=self._mac(key, version),
            defaults={"value": json.dumps(value), "expires_at": self._end(timeout, now)},
        )
        if is_new:
            SharedNote.objects.filter(expires_at__lte=now).delete()

    def touch(self, key: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        now = clock.now()
        rows = SharedNote.objects.filter(key_mac=self._mac(key, version), expires_at__gt=now)
        return bool(rows.update(expires_at=self._end(timeout, now)))

    def delete(self, key: Any, version: int | None = None) -> bool:
        deleted, _ = SharedNote.objects.filter(key_mac=self._mac(key, version)).delete()
        return bool(deleted)

    def clear(self) -> None:
        SharedNote.objects.all().delete()

    def _mac(self, key: Any, version: int | None) -> str:
        return key_ring().mac(f"shared note {self.make_key(key, version)}")

    def _end(self, timeout: Any, now: datetime) -> datetime:
        seconds = self.default_timeout if timeout is DEFAULT_TIMEOUT else timeout
        return _FOR_EVER if seconds is None else now + timedelta(seconds=seconds)
