"""Every address that the installation has, read from its URL conf."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver


def addresses() -> Iterator[tuple[str, frozenset[str]]]:
    """Every route of the installation's URL conf, with the parts of its address."""
    yield from _walk(get_resolver("quittance.config.urls").url_patterns, "", frozenset())


def _walk(
    patterns: list[URLPattern | URLResolver], namespace: str, parts: frozenset[str]
) -> Iterator[tuple[str, frozenset[str]]]:
    for one in patterns:
        here = parts | set(one.pattern.regex.groupindex)
        if isinstance(one, URLResolver):
            inner = f"{namespace}{one.namespace}:" if one.namespace else namespace
            yield from _walk(one.url_patterns, inner, here)
        else:
            yield f"{namespace}{one.name}", here


def views(resolver: URLResolver, namespace: str = "") -> Iterator[tuple[str, Any]]:
    """Every route with what answers it."""
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            yield from views(one, f"{namespace}{one.namespace}:" if one.namespace else namespace)
        else:
            yield f"{namespace}{one.name}", one.callback
