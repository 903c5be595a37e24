"""Every request that the adapter makes and every answer that it gets, against a description of Stripe's API.

The description is not part of this repository: its folder is named by QUITTANCE_SPECS or lies in ../shared/specs
beside it. Where it is absent nothing is checked, and one test says so.
"""

from __future__ import annotations

import json
import os
import re
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from openapi_schema_validator import OAS31Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from quittance.core.http import Deadline, OutsideRequest, OutsideResponse, Wire

NAME = "stripe-subset-sdk16.oas31.json"
Json = dict[str, Any]


def spec_path() -> Path | None:
    beside = Path(__file__).resolve().parents[4].parent / "shared" / "specs"
    folder = Path(os.environ.get("QUITTANCE_SPECS", "") or beside)
    return folder / NAME if (folder / NAME).is_file() else None


class Description:
    def __init__(self, path: Path) -> None:
        self.spec: Json = json.loads(path.read_text())
        resource: Any = DRAFT202012.create_resource(self.spec)
        self.registry: Any = Registry().with_resource("urn:stripe", resource)
        paths = sorted(self.spec["paths"], key=lambda one: one.count("{"))
        self.paths = [
            (re.compile(re.sub(r"\{[^}]+\}", "[^/]+", one) + r"\Z"), self.spec["paths"][one]) for one in paths
        ]

    def check_request(self, request: OutsideRequest) -> None:
        parts = urlsplit(request.url)
        operation = self._operation(request.method, parts.path)
        what = f"{request.method} {parts.path}"
        if request.method == "POST":
            assert request.headers["Content-Type"] == "application/x-www-form-urlencoded"
            schema = operation["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"]
            self._check(self._typed(_tree(request.body.decode()), schema), schema, what)
        known = {one["name"]: one["schema"] for one in operation.get("parameters", ()) if one["in"] == "query"}
        schema = {"type": "object", "properties": known, "additionalProperties": False}
        self._check(self._typed(_tree(parts.query), schema), schema, f"query of {what}")

    def check_answer(self, request: OutsideRequest, response: OutsideResponse) -> None:
        if response.status != 200:
            return
        path = urlsplit(request.url).path
        schema = self._operation(request.method, path)["responses"]["200"]["content"]["application/json"]["schema"]
        self._check(json.loads(response.body), schema, f"answer to {request.method} {path}")

    def _operation(self, method: str, path: str) -> Json:
        for pattern, operations in self.paths:
            if pattern.match(path) and method.lower() in operations:
                found: Json = operations[method.lower()]
                return found
        raise AssertionError(f"Stripe has no such call: {method} {path}")

    def _resolved(self, schema: Json) -> Json:
        while "$ref" in schema:
            schema = self.spec["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
        return schema

    def _typed(self, value: Any, schema: Json) -> Any:
        """A form knows text only: numbers and lists are read as the description wants them."""
        options = [self._resolved(one) for one in self._resolved(schema).get("anyOf", [self._resolved(schema)])]
        if isinstance(value, dict):
            for option in options:
                if option.get("type") == "array" and all(key.isdigit() for key in value):
                    return [self._typed(value[key], option["items"]) for key in sorted(value, key=int)]
                if {"properties", "additionalProperties"} & set(option):
                    more = option.get("additionalProperties")
                    known, other = option.get("properties", {}), more if isinstance(more, dict) else {}
                    return {key: self._typed(one, known.get(key, other)) for key, one in value.items()}
            return value
        kinds = {option.get("type") for option in options if isinstance(option.get("type"), str)}
        if "integer" in kinds and re.fullmatch(r"-?\d+", value):
            return int(value)
        if "boolean" in kinds and value in {"true", "false"}:
            return value == "true"
        return value

    def _check(self, value: Any, schema: Json, what: str) -> None:
        if "$ref" in schema:
            anchored: Json = {"$ref": "urn:stripe" + schema["$ref"]}
        else:
            anchored = json.loads(json.dumps(schema).replace('"#/', '"urn:stripe#/'))
        errors = list(OAS31Validator(anchored, registry=self.registry).iter_errors(value))
        found = "; ".join(f"{'/'.join(map(str, error.path))}: {error.message[:160]}" for error in errors[:5])
        assert not errors, f"{what}: {found}"


@cache
def description() -> Description | None:
    path = spec_path()
    return Description(path) if path else None


class Checked:
    """A wire that checks what it carries."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.requests: list[OutsideRequest] = []

    def __call__(self, request: OutsideRequest, deadline: Deadline) -> OutsideResponse:
        self.requests.append(request)
        known = description()
        if known:
            known.check_request(request)
        response = self.wire(request, deadline)
        if known:
            known.check_answer(request, response)
        return response


def _tree(encoded: str) -> Json:
    root: Json = {}
    for name, value in parse_qsl(encoded, keep_blank_values=True):
        steps = [name.split("[")[0], *re.findall(r"\[([^\]]*)\]", name)]
        here = root
        for step in steps[:-1]:
            here = here.setdefault(step, {})
        here[steps[-1]] = value
    return root
