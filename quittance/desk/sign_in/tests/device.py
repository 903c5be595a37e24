"""A phone that holds passkeys, in memory: it answers as a real one would, or lies where a test wants it to."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

# The address that the tests' settings name.
HERE = "http://localhost:8000"
PRESENT_AND_VERIFIED = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV


@dataclass
class Device:
    """`counter` is what it says next; a real one counts up by itself."""

    origin: str = HERE
    host: str = ""
    flags: AuthenticatorData.FLAG = PRESENT_AND_VERIFIED
    counter: int = 0
    frame: bool = False
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    handle: str = ""

    def make(self, question: dict[str, Any]) -> str:
        """What `navigator.credentials.create` gives."""
        self.handle = question["user"]["id"]
        made = AttestedCredentialData.create(
            Aaguid.NONE, self.credential_id, ES256.from_cryptography_key(self.key.public_key())
        )
        flags = self.flags | AuthenticatorData.FLAG.AT
        about = AuthenticatorData.create(self._host_hash(question["rp"]["id"]), flags, self.counter, bytes(made))
        response = {
            "clientDataJSON": self._client("webauthn.create", question).b64,
            "attestationObject": websafe_encode(AttestationObject.create("none", about, {})),
            "transports": ["internal", "hybrid", "carrier-pigeon"],
        }
        return self._told(response)

    def answer(self, question: dict[str, Any], *, handle: str | None = None) -> str:
        """What `navigator.credentials.get` gives."""
        client = self._client("webauthn.get", question)
        about = AuthenticatorData.create(self._host_hash(question["rpId"]), self.flags, self.counter)
        signature = self.key.sign(about + client.hash, ec.ECDSA(hashes.SHA256()))
        response = {
            "clientDataJSON": client.b64,
            "authenticatorData": websafe_encode(about),
            "signature": websafe_encode(signature),
            "userHandle": self.handle if handle is None else handle,
        }
        return self._told(response)

    def _told(self, response: dict[str, Any]) -> str:
        name = websafe_encode(self.credential_id)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})

    def _client(self, kind: str, question: dict[str, Any]) -> CollectedClientData:
        challenge = websafe_decode(question["challenge"])
        return CollectedClientData.create(kind, challenge, self.origin, cross_origin=self.frame)

    def _host_hash(self, asked: str) -> bytes:
        return hashlib.sha256((self.host or asked).encode()).digest()
