"""Small mistakes in one function each: mutmut thinks them up, here they are planted into the running code.

Only the function's code object is exchanged, so that whoever imported the function by name meets the mistake too.
"""

from __future__ import annotations

import importlib
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

import libcst as cst
from mutmut.mutation.file_mutation import Mutation, create_mutations

from tests.support.covered import ROOT

# `make mutate` plants mistakes in these.
TARGETS = ("quittance/bills/*.py", "quittance/flows/settle_payment.py", "quittance/flows/_landing.py")


@dataclass(frozen=True, eq=False)
class Mutant:
    """`function` is its name within its module, with its class. What it becomes is written only when asked for."""

    path: Path
    function: str
    inside: cst.FunctionDef
    mutation: Mutation

    @property
    def module(self) -> str:
        return ".".join(self.path.relative_to(ROOT).with_suffix("").parts)

    def __str__(self) -> str:
        removed, added = _difference(_written(self.inside), self.source)
        return f"{self.path.relative_to(ROOT)}: {self.function}\n    - {removed}\n    + {added}"

    @property
    def source(self) -> str:
        """The function with the mistake."""
        changed = self.inside.deep_replace(self.mutation.original_node, self.mutation.mutated_node)
        return _written(changed)

    def plant(self) -> None:
        """In this process, for good: call it in a child."""
        function = _function(importlib.import_module(self.module), self.function)
        text = "from __future__ import annotations\n" + self.source
        code = compile(text, str(self.path), "exec", dont_inherit=True)
        function.__code__ = next(
            one for one in code.co_consts if isinstance(one, CodeType) and one.co_name == function.__name__
        )


def all_mutants() -> list[Mutant]:
    files = sorted({path for pattern in TARGETS for path in ROOT.glob(pattern)})
    return [mutant for path in files for mutant in _mutants_of(path)]


def _mutants_of(path: Path) -> Iterator[Mutant]:
    tree, mutations, _, _ = create_mutations(str(path), path.read_text("utf-8"))
    names = dict(_functions(tree))
    defaults = {id(inner) for function in names for inner in _nodes(function.params)}
    for mutation in mutations:
        inside = mutation.contained_by_top_level_function
        # Defaults are made when a function is defined; exchanging its code does not reach them.
        if inside in names and id(mutation.original_node) not in defaults:
            yield Mutant(path, names[inside], inside, mutation)


def _functions(tree: cst.Module) -> Iterator[tuple[cst.FunctionDef, str]]:
    for statement in tree.body:
        if isinstance(statement, cst.FunctionDef):
            yield statement, statement.name.value
        elif isinstance(statement, cst.ClassDef):
            for inner in statement.body.body:
                if isinstance(inner, cst.FunctionDef):
                    yield inner, f"{statement.name.value}.{inner.name.value}"


def _nodes(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    yield node
    for child in node.children:
        yield from _nodes(child)


def _written(function: cst.FunctionDef) -> str:
    code: str = cst.Module(body=[function.with_changes(leading_lines=[], decorators=[])]).code
    return textwrap.dedent(code)


def _difference(original: str, changed: str) -> tuple[str, str]:
    old, new = original.splitlines(), changed.splitlines()
    start = next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), 0)
    most = min(len(old), len(new)) - start
    shared = next((i for i in range(most) if old[-1 - i] != new[-1 - i]), most)
    removed, added = (" ".join(line.strip() for line in text[start : len(text) - shared]) for text in (old, new))
    return removed, added


def _function(module: ModuleType, name: str) -> FunctionType:
    found: Any = module
    for part in name.split("."):
        found = vars(found)[part]
    found = getattr(found, "__func__", found)
    if not isinstance(found, FunctionType):
        raise TypeError(f"{name} is no plain function")
    return found
