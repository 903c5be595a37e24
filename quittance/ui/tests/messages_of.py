"""Every text that a face wraps for translation, read from its templates and its code."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from django.template import Engine, Template
from django.templatetags.i18n import BlockTranslateNode, TranslateNode

PACKAGE = Path(__file__).resolve().parents[2]
_CALLS = {"_", "_noop", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy"}


def messages_of(room: str) -> set[str]:
    """Of a text with plural forms, the singular."""
    found: set[str] = set()
    for path in sorted((PACKAGE / room).rglob("*")):
        if "tests" in path.parts or "gallery" in path.parts or path.name == "gallery.py":
            continue
        if path.suffix == ".html":
            found |= set(_in_template(path))
        elif path.suffix == ".py":
            found |= set(_in_code(path))
    return found


def messages_in(file: str) -> set[str]:
    return set(_in_code(PACKAGE / file))


def _in_template(path: Path) -> Iterator[str]:
    template = Template(path.read_text(encoding="utf-8"), engine=Engine.get_default())
    for node in template.nodelist.get_nodes_by_type(TranslateNode):
        assert isinstance(node, TranslateNode)
        yield str(getattr(node.filter_expression.var, "literal", node.filter_expression.var))
    for node in template.nodelist.get_nodes_by_type(BlockTranslateNode):
        assert isinstance(node, BlockTranslateNode)
        yield node.render_token_list(node.singular)[0]


def _in_code(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _CALLS:
            text = node.args[0]
            # Looked up in a table whose texts are marked themselves.
            if isinstance(text, ast.Subscript):
                continue
            assert isinstance(text, ast.Constant), f"{path}:{node.lineno}: only whole texts can be translated"
            yield str(text.value)
