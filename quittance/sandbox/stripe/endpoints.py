"""Webhook endpoints: where an account wants its events told."""

from quittance.sandbox.stripe.errors import Json, RefusalError
from quittance.sandbox.stripe.ledger import API_VERSION, Books

ENDPOINT_LIMIT = 16  # as at Stripe


def create(books: Books, given: Json, *, secret: str | None = None) -> Json:
    if given.get("api_version", API_VERSION) != API_VERSION:
        message = f"Invalid Stripe API version: {given['api_version']}. The sandbox speaks {API_VERSION}."
        raise RefusalError(message, param="api_version")
    if books.live and not given["url"].startswith(("https://", "http://127.0.0.1", "http://localhost")):
        message = "Invalid URL: live mode webhook endpoints must use https."
        raise RefusalError(message, code="url_invalid", param="url")
    if len(books.table("endpoints")) >= ENDPOINT_LIMIT:
        message = f"You have reached the maximum of {ENDPOINT_LIMIT} test webhook endpoints."
        raise RefusalError(message)
    point: Json = {
        "id": books.new_id("we"),
        "object": "webhook_endpoint",
        "api_version": given.get("api_version"),
        "application": None,
        "created": books.stamp(),
        "description": given.get("description"),
        "enabled_events": given["enabled_events"],
        "livemode": books.live,
        "metadata": given.get("metadata", {}),
        "status": "enabled",
        "url": given["url"],
        "_secret": secret or books.new_id("whsec"),
    }
    return books.put("endpoints", point)


def with_secret(point: Json) -> Json:
    """Only the answer to the call that made the endpoint shows its signing secret."""
    return point | {"secret": point["_secret"]}


def update(books: Books, key: str, given: Json) -> Json:
    point = books.get("endpoints", key)
    for name in ("description", "enabled_events", "metadata", "url"):
        if name in given:
            point[name] = given[name]
    if "disabled" in given:
        point["status"] = "disabled" if given["disabled"] else "enabled"
    return point


def delete(books: Books, key: str) -> Json:
    point = books.get("endpoints", key)
    del books.table("endpoints")[key]
    return point | {"deleted": True}
