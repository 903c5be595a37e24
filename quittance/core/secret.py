"""Secrets in memory, at rest and for lookup."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class UndecipherableError(Exception):
    """The key ring holds no key that opens this value; the backup of the key ring is needed."""


class Secret:
    """Text that must not be printed; `reveal()` is the one way to read it."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        return self._text

    @property
    def last4(self) -> str:
        return self.reveal()[-4:]

    def __bool__(self) -> bool:
        return bool(self.reveal().strip())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and hmac.compare_digest(self.reveal().encode(), other.reveal().encode())

    def __hash__(self) -> int:
        return hash(("Secret", self.reveal()))

    def __repr__(self) -> str:
        return "Secret(…)"

    __str__ = __repr__


class SealedSecret(Secret):
    """Still encrypted: opened when it is read, so that rows whose secret nobody asks for cost nothing.

    `reveal()` raises UndecipherableError where no key of the ring opens it.
    """

    __slots__ = ("_key_ring",)

    def __init__(self, sealed: str, key_ring: KeyRing) -> None:
        super().__init__(sealed)
        self._key_ring = key_ring

    def reveal(self) -> str:
        return self._key_ring.decrypt(self._text)


class KeyRing:
    """Encrypts with the newest key, decrypts with any; looks up by HMAC without decrypting.

    Keys are Fernet keys (32 bytes, URL-safe base64). The lookup key is derived from the OLDEST key, so
    that adding a newer one in front does not lose the way to the rows that exist.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys:
            raise ValueError("the key ring is empty")
        self._fernet = MultiFernet([Fernet(key) for key in keys])
        self._lookup_key = hashlib.sha256(b"quittance lookup\0" + keys[-1].encode()).digest()

    def encrypt(self, text: str) -> str:
        return self._fernet.encrypt(text.encode()).decode("ascii")

    def decrypt(self, token: str) -> str:
        try:
            return self._fernet.decrypt(token.encode("ascii")).decode()
        except (InvalidToken, UnicodeEncodeError) as error:
            raise UndecipherableError("no key of the key ring opens this value") from error

    def mac(self, text: str) -> str:
        """64 hex digits, the same for the same text: for UNIQUE columns and lookups."""
        return hmac.new(self._lookup_key, text.encode(), hashlib.sha256).hexdigest()
