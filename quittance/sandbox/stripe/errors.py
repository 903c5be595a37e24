"""Refusals in Stripe's JSON shape."""

from typing import Any

Json = dict[str, Any]


class RefusalError(Exception):
    """The API says no. Raised anywhere below the API's door, rendered there."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        saved: bool = False,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.kind = kind
        self.code = code
        self.param = param
        # Stripe keeps an answer under its idempotency key only once the call has begun its work.
        self.saved = saved

    def body(self) -> Json:
        error: Json = {"message": self.message, "type": self.kind}
        if self.code:
            error["code"] = self.code
            error["doc_url"] = f"https://stripe.com/docs/error-codes/{self.code.replace('_', '-')}"
        if self.param:
            error["param"] = self.param
        return {"error": error}


def missing(param: str) -> RefusalError:
    return RefusalError(f"Missing required param: {param}.", code="parameter_missing", param=param)


def unknown(param: str) -> RefusalError:
    return RefusalError(f"Received unknown parameter: {param}", code="parameter_unknown", param=param)


def no_such(what: str, key: str, param: str) -> RefusalError:
    return RefusalError(
        f"No such {what}: '{key}'",
        status=404 if param in {"id", "session", "intent"} else 400,
        code="resource_missing",
        param=param,
    )
