"""The official SDK, given our door to the outside and nothing of its own: no globals, no retries, no telemetry."""

from __future__ import annotations

import functools
import importlib
import logging
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from quittance.core.http import OutsideClient, OutsideError
from quittance.core.secret import Secret
from quittance.core.words import gettext_noop as _
from quittance.payment_systems.port import (
    DeclinedError,
    MisconfiguredError,
    MistakeError,
    PaymentSystemError,
    RateLimitedError,
    UnavailableError,
)
from quittance.payment_systems.stripe.words import refusal

if TYPE_CHECKING:
    import stripe

# What the client may be told of a request that Stripe refuses; all else is for the business or for us.
_TOLD = {
    "amount_too_large": _("This amount is too large to be paid online. Please pay at the desk."),
    "amount_too_small": _("This amount is too small to be paid online. Please pay at the desk."),
    "balance_insufficient": _("There is not enough money in the Stripe account for this refund. Try again later."),
    "charge_already_refunded": _("This payment has already been refunded in full."),
    "charge_disputed": _("The client's bank disputes this payment, so it cannot be refunded."),
    "charge_not_refundable": _("This payment cannot be refunded any more."),
    "refund_disputed_payment": _("The client's bank disputes this payment, so it cannot be refunded."),
}
_TOLD_BY_PARAMETER = {
    "expires_at": _("The time for this payment page has passed. Start the payment again."),
    "amount": "This amount is greater than what is left of the payment.",
}
MAX_WAIT_SECONDS = 60


@functools.cache
def load_sdk() -> Any:
    """Imported at first need: it takes most of a second."""
    sdk: Any = importlib.import_module("stripe")
    # It would report this machine's platform and times to Stripe and keep an id in the home folder.
    sdk.enable_telemetry = False
    # At DEBUG it writes whole requests and answers, clients' addresses among them.
    logging.getLogger("stripe").addFilter(_is_nothing_of_a_client)
    return sdk


def _is_nothing_of_a_client(record: logging.LogRecord) -> bool:
    """A filter stands whatever level a configuration of logging sets later."""
    return record.levelno >= logging.WARNING


def make_client(secret_key: Secret, base_url: str | None, outside: OutsideClient) -> stripe.StripeClient:
    sdk = load_sdk()
    client: stripe.StripeClient = sdk.StripeClient(
        secret_key.reveal(),
        base_addresses={"api": base_url.rstrip("/")} if base_url else {},
        http_client=_http_client_class()(outside),
        max_network_retries=0,
    )
    return client


@functools.cache
def _http_client_class() -> Any:
    """Built late, because its base class comes with the SDK."""
    base: Any = load_sdk().HTTPClient

    class StripeHTTPClient(base):  # type: ignore[misc]
        """The SDK's way out is ours."""

        name = "quittance"

        def __init__(self, outside: OutsideClient) -> None:
            super().__init__()
            self._outside = outside

        def request(
            self,
            method: str,
            url: str,
            headers: Mapping[str, str] | None,
            post_data: Any = None,
            **_: object,
        ) -> tuple[str, int, Mapping[str, str]]:
            body = post_data.encode() if isinstance(post_data, str) else post_data or b""
            response = self._outside.request(method, url, headers=_kept(headers or {}), body=body)
            return response.body.decode("utf-8", "replace"), response.status, response.headers

        def close(self) -> None:
            """Connections belong to the door, not to one account."""

    return StripeHTTPClient


def _kept(headers: Mapping[str, str]) -> dict[str, str]:
    """Without what describes this machine and its environment."""
    kept = {name: value for name, value in headers.items() if not name.lower().startswith("x-stripe-client-")}
    kept["User-Agent"] = f"Quittance Stripe/v1 PythonBindings/{load_sdk().VERSION}"
    return kept


def asked(call: Callable[[], Any]) -> Any:
    """The plain JSON of an answer; whatever goes wrong comes out as one of the port's errors."""
    try:
        return call().to_dict()
    except OutsideError as error:
        raise UnavailableError(str(error), sent=error.sent) from error
    except load_sdk().StripeError as error:
        raise translated(error) from error


def translated(error: Any) -> PaymentSystemError:
    """Their error as ours. Their text is left out: it may repeat what the client typed."""
    sdk = load_sdk()
    if isinstance(error, sdk.AuthenticationError):
        return MisconfiguredError(_("Stripe does not accept the secret key. Copy it again from the Stripe dashboard."))
    if isinstance(error, sdk.PermissionError):
        return MisconfiguredError(
            _("The key lacks a permission that Quittance needs. Use the secret key, or widen it.")
        )
    if isinstance(error, sdk.RateLimitError):
        return RateLimitedError(_wait_seconds(error.headers or {}))
    if isinstance(error, sdk.IdempotencyError):
        return MistakeError("A key was used for two different requests at Stripe.")
    if isinstance(error, sdk.CardError):
        return DeclinedError(refusal(error.code, _decline_code(error)))
    if isinstance(error, sdk.InvalidRequestError):
        return _refused_request(error)
    # 409 (the first call with this key is still under way), 5xx, answers that are no JSON, and what is yet to come.
    return UnavailableError(f"Stripe gave no usable answer (HTTP {error.http_status}).", sent=True)


def _refused_request(error: Any) -> PaymentSystemError:
    told = _TOLD.get(error.code or "") or _TOLD_BY_PARAMETER.get(error.param or "")
    if told:
        return DeclinedError(told)
    if error.code == "resource_missing":
        return MisconfiguredError(_("Stripe does not know this payment. The keys may belong to another account."))
    return MisconfiguredError(
        f"Stripe refused the request ({error.code or 'invalid'}, {error.param or 'no parameter'})."
    )


def is_not_open(error: PaymentSystemError) -> bool:
    """Whether Stripe refused to end a session: it knows it, but it is not open any more."""
    cause = error.__cause__
    return (
        isinstance(error, MisconfiguredError)
        and isinstance(cause, load_sdk().InvalidRequestError)
        and cause.code != "resource_missing"
    )


def _decline_code(error: Any) -> str | None:
    found = ((error.json_body or {}).get("error") or {}).get("decline_code")
    return found if isinstance(found, str) else None


def _wait_seconds(headers: Mapping[str, str]) -> int:
    told = headers.get("retry-after", "")
    return min(int(told), MAX_WAIT_SECONDS) if told.isascii() and told.isdigit() and int(told) > 0 else 5
