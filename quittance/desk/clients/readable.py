"""The copy of what is held about a client, for people: the JSON as indented lines."""

from __future__ import annotations

from typing import Any


def readable(held: dict[str, Any]) -> str:
    return "\n".join(_lines(held, 0)) + "\n"


def _lines(value: Any, depth: int) -> list[str]:
    pad = "  " * depth
    if isinstance(value, dict):
        lines = []
        for key, inner in value.items():
            label = str(key).replace("_", " ")
            if isinstance(inner, (dict, list)):
                lines += [f"{pad}{label}:" if inner else f"{pad}{label}: none", *_lines(inner, depth + 1)]
            else:
                lines.append(f"{pad}{label}: {_word(inner)}")
        return lines
    if isinstance(value, list):
        lines = []
        for number, inner in enumerate(value, start=1):
            if isinstance(inner, (dict, list)):
                lines += [f"{pad}{number}.", *_lines(inner, depth + 1)]
            else:
                lines.append(f"{pad}- {_word(inner)}")
        return lines
    return [f"{pad}{_word(value)}"]


def _word(value: Any) -> str:
    if value is None or value == "":
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return " ".join(str(value).split())
