"""Checks every request to Stripe and every answer against Stripe's public API description.

The description is not part of this repository. It is looked for where QUITTANCE_SPECS points, else in
``../shared/specs`` beside
the repository; a test that needs it skips when it is in neither place.

Other rooms may use it: ``Contract.load_or_skip()``, then wrap any Stripe HTTP client with ``CheckedClient(contract,
inner)``, or check
single bodies with ``check_request``, ``check_answer``, ``check_event``.
"""

import json
import os
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

import pytest
import stripe
from openapi_schema_validator import OAS31Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from quittance.sandbox.stripe.shapes import tree

Json = dict[str, Any]
STRIPE = "stripe-subset-sdk16.oas31.json"
FORM = "application/x-www-form-urlencoded"


def spec_path(name: str) -> Path | None:
    root = Path(__file__).parents[3]
    for folder in (os.environ.get("QUITTANCE_SPECS", ""), root.parent / "shared" / "specs"):
        if folder and (Path(folder) / name).exists():
            return Path(folder) / name
    return None


def load_spec(name: str) -> Json:
    path = spec_path(name)
    if path is None:
        pytest.skip(f"{name} is absent; set QUITTANCE_SPECS to the folder that holds it.")
    found: Json = json.loads(path.read_text())
    return found


@cache
def _stripe() -> "Contract":
    return Contract(load_spec(STRIPE))


class Contract:
    def __init__(self, spec: Json) -> None:
        self.spec = spec
        self.registry: Any = Registry().with_resource(
            "urn:s", Resource.from_contents(spec, default_specification=DRAFT202012)
        )
        self.operations = sorted(
            (
                (re.compile("^" + re.sub(r"\{[^}]+\}", "[^/]+", path) + "$"), path, method, operation)
                for path, methods in spec["paths"].items()
                for method, operation in methods.items()
            ),
            key=lambda row: row[1].count("{"),
        )

    @classmethod
    def load_or_skip(cls) -> "Contract":
        return _stripe()

    def find(self, method: str, path: str) -> Json:
        for pattern, _, known, operation in self.operations:
            if known == method.lower() and pattern.match(path):
                return dict(operation)
        raise AssertionError(f"Stripe's description has no such call: {method} {path}")

    def check_request(self, method: str, path: str, query: str, body: str) -> None:
        operation = self.find(method, path)
        if method.lower() == "post":
            schema = operation["requestBody"]["content"][FORM]["schema"]
            pairs = parse_qsl(body, keep_blank_values=True)
        else:
            fields = {one["name"]: one["schema"] for one in operation["parameters"] if one["in"] == "query"}
            schema = {"type": "object", "properties": fields, "additionalProperties": False}
            pairs = parse_qsl(query, keep_blank_values=True)
        given = self._typed(tree(pairs), schema)
        self._check(given, schema, f"request {method} {path}")
        unknown = list(self._unknown_words(given, schema, ""))
        assert not unknown, f"request {method} {path}: words that Stripe does not know: {unknown}"

    def check_answer(self, method: str, path: str, status: int, content: str | bytes) -> None:
        responses = self.find(method, path)["responses"]
        if status == 503:
            return  # a load balancer's answer, which no description covers
        part = responses["200"] if status == 200 else responses["default"]
        self._check(json.loads(content), part["content"]["application/json"]["schema"], f"answer {method} {path}")

    def check_event(self, event: Json) -> None:
        """An event, and the thing within it."""
        self._check(event, {"$ref": "#/components/schemas/event"}, f"event {event['type']}")
        thing = event["data"]["object"]
        self._check(thing, {"$ref": f"#/components/schemas/{thing['object']}"}, f"event {event['type']}, its object")

    # The work.

    def _real(self, schema: Json) -> Json:
        while "$ref" in schema:
            schema = self.spec["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
        return schema

    def _choices(self, schema: Json) -> list[Json]:
        schema = self._real(schema)
        return [self._real(one) for one in schema.get("anyOf", [schema])]

    def _typed(self, value: Any, schema: Json) -> Any:
        """Form text as the numbers, booleans and arrays that the description speaks of."""
        choices = self._choices(schema)
        if isinstance(value, dict):
            return self._typed_branch(value, choices)
        kinds: set[str] = set()
        for one in choices:
            kind = one.get("type", [])
            kinds |= {kind} if isinstance(kind, str) else set(kind)
        if "integer" in kinds and re.fullmatch(r"-?\d+", value):
            return int(value)
        if "boolean" in kinds and value in {"true", "false"}:
            return value == "true"
        return float(value) if "number" in kinds and re.fullmatch(r"-?\d+(\.\d+)?", value) else value

    def _typed_branch(self, value: Json, choices: Sequence[Json]) -> Any:
        for one in choices:
            if one.get("type") == "array" and all(key.isdigit() for key in value):
                return [self._typed(value[key], one["items"]) for key in sorted(value, key=int)]
            if "properties" in one or isinstance(one.get("additionalProperties"), dict):
                other = one.get("additionalProperties")
                other = other if isinstance(other, dict) else {}
                return {
                    key: self._typed(part, one.get("properties", {}).get(key, other)) for key, part in value.items()
                }
        return value

    def _unknown_words(self, value: Any, schema: Json, path: str) -> Sequence[str]:
        """Where the description lists known values, a caller has no reason to send others."""
        out: list[str] = []
        for one in self._choices(schema):
            if isinstance(value, dict):
                for key, part in value.items():
                    if key in one.get("properties", {}):
                        out += self._unknown_words(part, one["properties"][key], f"{path}.{key}")
            elif isinstance(value, list) and "items" in one:
                for part in value:
                    out += self._unknown_words(part, one["items"], f"{path}[]")
            elif isinstance(value, str) and one.get("x-known-values") and value not in one["x-known-values"]:
                out.append(f"{path}={value}")
        return out

    def _check(self, value: Any, schema: Json, what: str) -> None:
        if "$ref" in schema:
            schema = {"$ref": "urn:s" + schema["$ref"]}
        else:
            schema = json.loads(json.dumps(schema).replace('"#/', '"urn:s#/'))
        validator: Any = OAS31Validator(schema, registry=self.registry)
        wrong = [f"{'/'.join(map(str, error.path))}: {error.message[:200]}" for error in validator.iter_errors(value)]
        assert not wrong, f"{what}: {'; '.join(wrong[:5])}"


class CheckedClient(stripe.HTTPClient):
    """A Stripe HTTP client around another one that checks what goes out and what comes back."""

    name = "checked"

    def __init__(self, contract: Contract, inner: stripe.HTTPClient) -> None:
        super().__init__()
        self.contract = contract
        self.inner = inner
        self.seen: list[tuple[str, str, int]] = []

    @classmethod
    def plain(cls) -> Self:
        return cls(Contract.load_or_skip(), stripe.RequestsClient())

    def request(self, method: str, url: str, headers: Any, post_data: Any = None, **more: Any) -> tuple[Any, int, Any]:
        parts = urlsplit(url)
        self.contract.check_request(method, parts.path, parts.query, post_data or "")
        content, status, answered = self.inner.request(method, url, headers, post_data, **more)
        self.contract.check_answer(method, parts.path, status, content)
        self.seen.append((method.upper(), parts.path, status))
        return content, status, answered

    def close(self) -> None:
        self.inner.close()
