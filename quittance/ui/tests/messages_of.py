"""Every text that a room wraps for translation, read from its templates and its code.

A text of several forms is known by its first; a text with a context as gettext keeps it: `context\x04text`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from django.template import Engine, Template
from django.template.base import Node, Token
from django.templatetags.i18n import BlockTranslateNode, TranslateNode
from django.utils.translation import trim_whitespace

PACKAGE = Path(__file__).resolve().parents[2]
_CALLS: Final = {"gettext", "gettext_lazy", "gettext_noop"}
_PLURAL_CALLS: Final = {"ngettext", "ngettext_lazy"}
_CONTEXT_CALLS: Final = {"pgettext", "pgettext_lazy"}
_ARGUMENT: Final = re.compile(r"""\b_\((["'])(.+?)\1\)""")
# A text that stands in a table is marked there and looked up by its name where it is shown.
_LOOKUPS: Final = (ast.Name, ast.Attribute, ast.Subscript, ast.Call)


def messages_of(*rooms: str) -> set[str]:
    return set(plurals_of(*rooms))


def plurals_of(*rooms: str) -> dict[str, str]:
    """Each text with its plural, which is empty where it has none."""
    found: dict[str, str] = {}
    for room in rooms:
        for path in sorted((PACKAGE / room).rglob("*")):
            if "tests" in path.parts or "gallery" in path.parts or path.name == "gallery.py":
                continue
            if path.suffix == ".html":
                found.update(_in_template(path))
            elif path.suffix == ".py":
                found.update(_in_code(path))
    return found


def messages_on_paper() -> set[str]:
    """What stands on papers and on the payment system's page: in every language of clients, not only in the desk's."""
    files = ("bills/receipts.py", "bills/credits.py", "bills/neutral.py", "flows/_asking_for.py")
    return set().union(*(messages_in(file) for file in files))


def messages_in(file: str) -> set[str]:
    return {text for text, _plural in _in_code(PACKAGE / file)}


def _in_template(path: Path) -> Iterator[tuple[str, str]]:
    source = path.read_text(encoding="utf-8")
    # `{% include "…" with label=_("Add a service") %}`
    for _quote, literal in _ARGUMENT.findall(source):
        yield literal.replace("%", "%%"), ""
    template = Template(source, engine=Engine.get_default())
    for node in template.nodelist.get_nodes_by_type(TranslateNode):
        assert isinstance(node, TranslateNode)
        literal = getattr(node.filter_expression.var, "literal", node.filter_expression.var)
        if isinstance(literal, str):
            # A percent sign stands doubled in the catalog, as in every text of a template.
            yield _context(node) + literal.replace("%", "%%"), ""
    for node in template.nodelist.get_nodes_by_type(BlockTranslateNode):
        assert isinstance(node, BlockTranslateNode)
        plural = _block(node, node.plural) if node.plural else ""
        yield _context(node) + _block(node, node.singular), plural


def _block(node: BlockTranslateNode, tokens: list[Token]) -> str:
    text: str = node.render_token_list(tokens)[0]
    return trim_whitespace(text) if node.trimmed else text


def _context(node: Node) -> str:
    said = getattr(node, "message_context", None)
    if said is None:
        return ""
    assert isinstance(said.var, str), "a context is a word, not a variable"
    return f"{said.var}\x04"


def _in_code(path: Path) -> Iterator[tuple[str, str]]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = _names(tree)
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
            continue
        call = names.get(node.func.id, "")
        if call in _CALLS and not isinstance(node.args[0], _LOOKUPS):
            yield _whole(path, node.args[0]), ""
        elif call in _PLURAL_CALLS:
            yield _whole(path, node.args[0]), _whole(path, node.args[1])
        elif call in _CONTEXT_CALLS:
            yield f"{_whole(path, node.args[0])}\x04{_whole(path, node.args[1])}", ""


def _names(tree: ast.Module) -> dict[str, str]:
    """What the file calls Django's functions, or our mark for texts of the rooms without Django."""
    return {
        alias.asname or alias.name: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module in {"django.utils.translation", "quittance.core.words"}
        for alias in node.names
    }


def _whole(path: Path, text: ast.expr) -> str:
    assert isinstance(text, ast.Constant), f"{path}:{text.lineno}: only whole texts can be translated"
    return str(text.value)
