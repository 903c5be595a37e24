"""Shapes of request parameters: what a form-encoded body may hold, and Stripe's words when it does not fit."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from quittance.sandbox.stripe.errors import Json, RefusalError, missing, unknown

# A form value: text, or a branch of brackets.
Branch = dict[str, Any]
DEPTH_LIMIT = 8
FIELD_LIMIT = 2000


def tree(pairs: Sequence[tuple[str, str]]) -> Branch:
    """``a[b][0]=1`` becomes ``{"a": {"b": {"0": "1"}}}``; ``a[]=1`` counts up."""
    if len(pairs) > FIELD_LIMIT:
        message = f"Too many parameters: at most {FIELD_LIMIT} are read."
        raise RefusalError(message)
    root: Branch = {}
    for key, value in pairs:
        head, _, _ = key.partition("[")
        steps = [head, *re.findall(r"\[([^\[\]]*)\]", key)]
        if len(steps) > DEPTH_LIMIT or not head:
            message = "Invalid request: a parameter name has too many brackets or no name."
            raise RefusalError(message)
        _plant(root, steps, value, key)
    return root


def _plant(root: Branch, steps: list[str], value: str, key: str) -> None:
    here = root
    for step in steps[:-1]:
        deeper = here.setdefault(step or str(len(here)), {})
        if not isinstance(deeper, dict):
            message = f"Invalid request: {key} is given both as a value and as a branch."
            raise RefusalError(message, param=key)
        here = deeper
    here[steps[-1] or str(len(here))] = value


class Shape(Protocol):
    def read(self, value: object, path: str) -> object: ...


def text_of(value: object, path: str) -> str:
    if not isinstance(value, str):
        message = f"Invalid string: {{...}}; {path} must be a string"
        raise RefusalError(message, param=path)
    if value == "":
        message = (
            f"You passed an empty string for '{path}'. "
            f"We assume empty values are an attempt to unset a parameter; however '{path}' "
            f"cannot be unset. You should remove '{path}' from your request or supply a non-empty value."
        )
        raise RefusalError(message, code="parameter_invalid_empty", param=path)
    return value


@dataclass(frozen=True)
class Text:
    longest: int = 5000
    pattern: str = ""
    complaint: str = "Invalid value"
    code: str | None = None

    def read(self, value: object, path: str) -> str:
        text = text_of(value, path)
        if len(text) > self.longest:
            message = f"Invalid string: {text[:20]}...{text[-5:]}; must be at most {self.longest} characters"
            raise RefusalError(message, code="parameter_invalid_string_blank" if not text.strip() else None, param=path)
        if self.pattern and not re.fullmatch(self.pattern, text):
            message = f"{self.complaint}: {text[:100]}"
            raise RefusalError(message, code=self.code, param=path)
        return text


@dataclass(frozen=True)
class Whole:
    least: int | None = None
    most: int | None = None

    def read(self, value: object, path: str) -> int:
        text = text_of(value, path)
        if not re.fullmatch(r"-?[0-9]{1,18}", text):
            message = f"Invalid integer: {text[:50]}"
            raise RefusalError(message, code="parameter_invalid_integer", param=path)
        number = int(text)
        if self.least is not None and number < self.least:
            if self.least == 0:
                message = "Invalid non-negative integer"
            else:
                message = f"This value must be greater than or equal to {self.least}."
            raise RefusalError(message, code="parameter_invalid_integer", param=path)
        if self.most is not None and number > self.most:
            message = f"This value must be less than or equal to {self.most}."
            raise RefusalError(message, code="parameter_invalid_integer", param=path)
        return number


@dataclass(frozen=True)
class YesNo:
    def read(self, value: object, path: str) -> bool:
        text = text_of(value, path)
        if text not in {"true", "false"}:
            message = f"Invalid boolean: {text[:50]}"
            raise RefusalError(message, code="parameter_invalid_boolean", param=path)
        return text == "true"


@dataclass(frozen=True)
class OneOf:
    choices: tuple[str, ...]

    def read(self, value: object, path: str) -> str:
        text = text_of(value, path)
        if text not in self.choices:
            message = f"Invalid {path}: must be one of {', '.join(self.choices)}"
            raise RefusalError(message, param=path)
        return text


@dataclass(frozen=True)
class Metadata:
    """At most 50 keys of 40 characters, values of 500. An empty string clears."""

    clearable: bool = False

    def read(self, value: object, path: str) -> dict[str, str]:
        if value == "" and self.clearable:
            return {}
        if not isinstance(value, dict):
            message = "Invalid hash"
            raise RefusalError(message, param=path)
        if len(value) > 50:
            message = "Metadata can have at most 50 keys."
            raise RefusalError(message, param=path)
        for key, one in value.items():
            if not isinstance(one, str):
                message = f"Metadata values must be strings, but {path}[{key}] is a branch."
                raise RefusalError(message, param=path)
            if len(key) > 40:
                message = f"Metadata keys must be under 40 characters long. Yours: {key[:60]}"
                raise RefusalError(message, param=path)
            if len(one) > 500:
                message = (
                    "Metadata values can have up to 500 characters, "
                    f"but you passed in a value that is {len(one)} characters."
                )
                raise RefusalError(message, param=path)
        return {key: one for key, one in value.items() if one != ""}


@dataclass(frozen=True)
class Many:
    of: Shape
    most: int = 100

    def read(self, value: object, path: str) -> list[object]:
        if not isinstance(value, dict) or not all(re.fullmatch(r"[0-9]{1,4}", key) for key in value):
            message = "Invalid array"
            raise RefusalError(message, param=path)
        if len(value) > self.most:
            message = f"Array {path} exceeded maximum {self.most} allowed elements."
            raise RefusalError(message, param=path)
        return [self.of.read(value[key], f"{path}[{key}]") for key in sorted(value, key=int)]


@dataclass(frozen=True)
class Fields:
    allowed: Mapping[str, Shape]
    required: frozenset[str] = field(default_factory=frozenset)

    def read(self, value: object, path: str) -> Json:
        if not isinstance(value, dict):
            message = "Invalid object"
            raise RefusalError(message, param=path or None)
        out: Json = {}
        for name, one in value.items():
            where = f"{path}[{name}]" if path else name
            shape = self.allowed.get(name)
            if shape is None:
                raise unknown(where)
            out[name] = shape.read(one, where)
        for name in sorted(self.required - set(value)):
            raise missing(f"{path}[{name}]" if path else name)
        return out


@dataclass(frozen=True)
class Either:
    """A range object or a plain integer, as ``created`` takes them."""

    plain: Shape
    branch: Shape

    def read(self, value: object, path: str) -> object:
        return (self.branch if isinstance(value, dict) else self.plain).read(value, path)
