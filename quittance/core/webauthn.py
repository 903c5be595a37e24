"""What a passkey says (WebAuthn): what a browser is asked for, and what its answer proves. No rows, no clock.

The site's name and origin come from the configured address alone, never from a request. The person is always verified
(fingerprint, face or the device's PIN), so that one passkey stands for two factors: having the device, and being who
it knows.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from fido2 import cbor
from fido2.cose import CoseKey, UnsupportedKey
from fido2.server import Fido2Server
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestedCredentialData,
    AuthenticationResponse,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialType,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

WAIT_SECONDS: Final = 300
_LONGEST_ANSWER: Final = 32_768
_LONGEST_ID: Final = 1023
_USUAL_PORTS: Final = {"https": 443, "http": 80}
_TRANSPORTS: Final = frozenset(AuthenticatorTransport)
# What their reader raises on bytes that no authenticator made.
_UNREADABLE: Final = (
    ValueError, TypeError, KeyError, IndexError, AttributeError, AssertionError, RecursionError, OverflowError,
    NotImplementedError, struct.error,
)  # fmt: skip


class NotProvedError(Exception):
    """The answer proves nothing; the text is for the log, never for a screen."""


@dataclass(frozen=True, slots=True)
class Site:
    """For whom passkeys are made: the host is part of each of them for ever."""

    host: str
    origin: str

    @property
    def can_have_passkeys(self) -> bool:
        """Browsers make none for bare network addresses, and none over plain http but on the machine itself."""
        is_name = bool(self.host) and not self.host.replace(".", "").isdigit() and ":" not in self.host
        return is_name and (self.origin.startswith("https://") or self.host == "localhost")


@dataclass(frozen=True, slots=True)
class KnownKey:
    """What is kept of a passkey; ids and keys as base64url text."""

    credential_id: str
    public_key: str
    transports: tuple[str, ...] = ()
    sign_counter: int = 0


@dataclass(frozen=True, slots=True)
class Proof:
    """Somebody has the passkey and was verified by the device. `handle` names the account it was made for."""

    sign_counter: int
    handle: str


def site_at(base_url: str) -> Site:
    """As browsers write an origin: no path, no port where it is the usual one."""
    parts = urlsplit(base_url.lower())
    host = parts.hostname or ""
    port = "" if parts.port in {None, _USUAL_PORTS.get(parts.scheme)} else f":{parts.port}"
    return Site(host=host, origin=f"{parts.scheme}://{host}{port}")


def question_for_new(
    *, site: Site, challenge: str, handle: str, address: str, name: str, known: Sequence[KnownKey]
) -> dict[str, Any]:
    """What `navigator.credentials.create` takes, bytes as base64url. Devices that have one of `known` make none."""
    options, _state = _server(site).register_begin(
        PublicKeyCredentialUserEntity(id=websafe_decode(handle), name=address, display_name=name),
        credentials=[_descriptor(one) for one in known],
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=UserVerificationRequirement.REQUIRED,
        challenge=websafe_decode(challenge),
    )
    return dict(options.public_key)


def question_for_known(*, site: Site, challenge: str, known: Sequence[KnownKey] = ()) -> dict[str, Any]:
    """What `navigator.credentials.get` takes. Without `known` the browser offers whatever it has for this site."""
    options, _state = _server(site).authenticate_begin(
        credentials=[_descriptor(one) for one in known] or None,
        user_verification=UserVerificationRequirement.REQUIRED,
        challenge=websafe_decode(challenge),
    )
    return dict(options.public_key)


def read_new(*, site: Site, challenge: str, answer: str) -> KnownKey:
    """The passkey that a device made for this challenge; raises NotProvedError."""
    told = _read(answer)
    try:
        response = RegistrationResponse.from_dict(told)
        _refuse_frames(response.response.client_data.cross_origin)
        made = _server(site).register_complete(_state(challenge), response).credential_data
        counter = response.response.attestation_object.auth_data.counter
        if made is None or not 0 < len(made.credential_id) <= _LONGEST_ID:
            raise NotProvedError("no passkey in the answer")
        if isinstance(made.public_key, UnsupportedKey) or response.raw_id != made.credential_id:
            raise NotProvedError("a key of a kind that was not asked for")
        inner = told.get("response")
        transports = inner.get("transports") if isinstance(inner, dict) else None
        return KnownKey(
            credential_id=websafe_encode(made.credential_id),
            public_key=websafe_encode(cbor.encode(made.public_key)),
            transports=tuple(sorted(_TRANSPORTS & set(transports if isinstance(transports, list) else ()))),
            sign_counter=counter,
        )
    except _UNREADABLE as error:
        raise NotProvedError(f"not what was asked for: {error}") from error


def claimed_id(*, answer: str) -> str:
    """Which passkey the answer claims to come from: nothing is proved by it."""
    told = _read(answer).get("rawId")
    return told if isinstance(told, str) and 0 < len(told) <= _LONGEST_ID * 2 and told.isascii() else ""


def read_proof(*, site: Site, challenge: str, key: KnownKey, answer: str) -> Proof:
    """What the answer proves about one known passkey; raises NotProvedError. The counter is for the caller to judge."""
    told = _read(answer)
    try:
        response = AuthenticationResponse.from_dict(told)
        _refuse_frames(response.response.client_data.cross_origin)
        public_key = CoseKey.parse(cbor.decode(websafe_decode(key.public_key)))  # type: ignore[arg-type]  # a mapping
        known = AttestedCredentialData.create(Aaguid.NONE, websafe_decode(key.credential_id), public_key)
        _server(site).authenticate_complete(_state(challenge), [known], response)
        handle = response.response.user_handle
        return Proof(response.response.authenticator_data.counter, websafe_encode(handle) if handle else "")
    except _UNREADABLE as error:
        raise NotProvedError(f"not what was asked for: {error}") from error


def _server(site: Site) -> Fido2Server:
    """Their own look at the origin also takes other hosts under the same name; ours is the configured one or none."""
    server = Fido2Server(
        PublicKeyCredentialRpEntity(name="Quittance", id=site.host), verify_origin=lambda origin: origin == site.origin
    )
    server.timeout = WAIT_SECONDS * 1000  # type: ignore[assignment]  # theirs is declared as nothing but None
    return server


def _state(challenge: str) -> dict[str, Any]:
    return {"challenge": challenge, "user_verification": UserVerificationRequirement.REQUIRED}


def _descriptor(key: KnownKey) -> PublicKeyCredentialDescriptor:
    return PublicKeyCredentialDescriptor(
        type=PublicKeyCredentialType.PUBLIC_KEY,
        id=websafe_decode(key.credential_id),
        transports=[AuthenticatorTransport(one) for one in key.transports] or None,
    )


def _refuse_frames(is_cross_origin: object) -> None:
    if is_cross_origin:
        raise NotProvedError("asked from inside a page of somebody else")


def _read(answer: str) -> dict[str, Any]:
    if len(answer) > _LONGEST_ANSWER:
        raise NotProvedError("longer than any passkey's answer")
    try:
        told = json.loads(answer)
    except (ValueError, RecursionError) as error:
        raise NotProvedError("not JSON") from error
    if not isinstance(told, dict):
        raise NotProvedError("not an object")
    return told
