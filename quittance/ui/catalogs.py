"""Translations: `locale/<language>/LC_MESSAGES/django.po` in each face, compiled without any system tool.

`python quittance/ui/catalogs.py` compiles all that is stale; the build of the wheel runs the same. While
developing, Django's start does it too.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

PACKAGE = Path(__file__).resolve().parent.parent


def catalogs(package: Path = PACKAGE) -> Iterator[Path]:
    yield from sorted(package.glob("*/locale/*/LC_MESSAGES/django.po"))


def compile_stale(package: Path = PACKAGE) -> list[Path]:
    """Write each .mo that is missing or older than its .po; the result names what was written."""
    written = []
    for source in catalogs(package):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as lines:
            catalog = read_po(lines, locale=source.parts[-3])
        # Several processes may start at once: each writes its own file, the last one stays, all are equal.
        draft = target.with_name(f".{target.name}.{os.getpid()}")
        with draft.open("wb") as file:
            write_mo(file, catalog)
        draft.replace(target)
        written.append(target)
    return written


if __name__ == "__main__":
    compile_stale()
