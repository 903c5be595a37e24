"""Texts that stand in a file for each language: `fr.py` beside `en.py`. A new file is a new language."""

from __future__ import annotations

import re
from collections.abc import Iterable
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

_CODE = re.compile(r"[a-z]{2}")


def language_files(package: str, path: Iterable[str]) -> dict[str, ModuleType]:
    """Every module of the package that is named like a language, by that name."""
    codes = sorted(found.name for found in iter_modules(path) if _CODE.fullmatch(found.name))
    return {code: import_module(f"{package}.{code}") for code in codes}
