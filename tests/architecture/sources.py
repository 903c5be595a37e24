"""The source files as the architecture tests read them."""

from __future__ import annotations

import ast
import tomllib
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "quittance"


@cache
def python_files(*, with_tests: bool = True) -> tuple[Path, ...]:
    """Everything that people wrote; migrations are Django's."""
    files = [*PACKAGE.rglob("*.py"), *(ROOT / "tests").rglob("*.py")]
    kept = (path for path in files if "migrations" not in path.parts and "node_modules" not in path.parts)
    return tuple(sorted(path for path in kept if with_tests or not _is_test(path)))


def _is_test(path: Path) -> bool:
    return "tests" in path.relative_to(ROOT).parts


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def room(path: Path) -> str:
    """The first folder inside the package."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


@cache
def floors() -> dict[str, int]:
    """Each room with its floor, the top one highest, as import-linter has them."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    layers = settings["tool"]["importlinter"]["contracts"][0]["layers"]
    height = len(layers)
    return {part.strip(" ()"): height - level for level, layer in enumerate(layers) for part in layer.split("|")}
