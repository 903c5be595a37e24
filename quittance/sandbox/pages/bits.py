"""Small pieces of the panel: a table, a button that is a form, its fields."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from markupsafe import Markup

Hidden = dict[str, str]


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> Markup:
    """Turns into cards on a narrow screen: each cell carries its column's name."""
    cell = Markup('<td data-name="{}">{}</td>')
    body = Markup("").join(
        Markup("<tr>{}</tr>").format(
            Markup("").join(cell.format(name, one) for name, one in zip(head, row, strict=True))
        )
        for row in rows
    )
    names = Markup("").join(Markup('<th scope="col">{}</th>').format(name) for name in head)
    return Markup('<table class="rows"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>').format(names, body)


def button(order: str, words: str, hidden: Mapping[str, str], *, extra: str = "") -> Markup:
    """One order of the control table as a little form."""
    fields = Markup("").join(
        Markup('<input type="hidden" name="{}" value="{}">').format(name, value) for name, value in hidden.items()
    )
    return Markup(
        '<form method="post" action="/panel" class="deed"><input type="hidden" name="order" value="{}">{}{}'
        '<button class="button small">{}</button></form>'
    ).format(order, fields, extra, words)


def field(name: str, words: str, *, value: str = "", placeholder: str = "", narrow: bool = False) -> Markup:
    return Markup(
        '<label class="field{}"><span>{}</span><input name="{}" value="{}" placeholder="{}" autocomplete="off"></label>'
    ).format(" tight" if narrow else "", words, name, value, placeholder)


def select(name: str, words: str, choices: Iterable[tuple[str, str]], chosen: str) -> Markup:
    options = Markup("").join(
        Markup('<option value="{}"{}>{}</option>').format(value, Markup(" selected") if value == chosen else "", text)
        for value, text in choices
    )
    return Markup('<label class="field"><span>{}</span><select name="{}">{}</select></label>').format(
        words, name, options
    )


def empty(title: str, words: str) -> Markup:
    return Markup('<div class="empty"><h3>{}</h3><p>{}</p></div>').format(title, words)


def when(at: float) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%d %b, %H:%M:%S}"
