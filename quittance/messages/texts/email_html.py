"""The one shape of our mails: a business's name, a sentence, the facts, one button. No tables, no pictures."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from quittance.core.colour import dark_accent
from quittance.core.direction import WALL, WALL_END, without_walls
from quittance.core.locale_format import colon, known_locale

_FONT = "font-family:system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
_STYLE = """
:root{color-scheme:light dark}
@media (prefers-color-scheme:dark){
body,.page{background:#14161a!important}.card{background:#1f2329!important}
.strong,h1{color:#f3f4f6!important}.soft,.soft a{color:#a9b0bb!important}
.button{background:DARK_ACCENT!important;color:DARK_INK!important}}
"""
_ACCENT = "#0b5d6b"
_DARK_ACCENT, _DARK_INK = "#5fc4d3", "#06232a"


@dataclass(frozen=True, slots=True)
class EmailParts:
    """Plain text, nothing escaped yet, names of the other direction between walls. An empty `button` leaves it out."""

    language: str
    business: str
    heading: str
    greeting: str
    sentences: tuple[str, ...]
    rows: tuple[tuple[str, str], ...]
    button: str
    link: str
    link_hint: str
    note: str
    footer: tuple[str, ...]
    # `#rrggbb`; empty is ours. On dark pages a lighter one of the same hue takes its place.
    accent: str = ""
    # What stands between the sentences of the plain text.
    between: str = " "
    # The words and the address; without an address there is nothing to unsubscribe from.
    unsubscribe: str = ""
    unsubscribe_link: str = ""


def as_text(parts: EmailParts) -> str:
    end = colon(parts.language)
    blocks = [parts.greeting, parts.between.join(parts.sentences)]
    if parts.rows:
        blocks.append("\n".join(f"{label}{end} {value}" for label, value in parts.rows))
    if parts.button:
        blocks.append(f"{parts.button}{end}\n{parts.link}")
    if parts.note:
        blocks.append(parts.note)
    blocks.append("\n".join(("-- ", parts.business, *(line for line in parts.footer if line != parts.business))))
    if parts.unsubscribe_link:
        blocks.append(f"{parts.unsubscribe}:\n{parts.unsubscribe_link}")
    return "\n\n".join(blocks) + "\n"


def as_html(parts: EmailParts) -> str:
    """Every value is escaped here and nowhere else; walls become elements that every mail program knows."""
    sentences = "".join(f'<p class="strong" style="{_TEXT}">{_safe(one)}</p>' for one in parts.sentences)
    rows = "".join(_row(label, value) for label, value in parts.rows)
    return f"""<!doctype html>
<html lang="{escape(parts.language)}" dir="{known_locale(parts.language).text_direction}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{escape(without_walls(parts.heading))}</title>
<style>{_style(parts)}</style>
</head>
<body class="page" style="margin:0;padding:24px 12px;background:#f4f5f7;{_FONT}">
<div class="card" style="max-width:480px;margin:0 auto;padding:28px 24px;background:#ffffff;border-radius:12px">
<p class="soft" style="margin:0 0 4px;font-size:15px;color:#5b6470">{_safe(parts.business)}</p>
<h1 style="margin:0 0 20px;font-size:24px;line-height:1.25;color:#14161a">{_safe(parts.heading)}</h1>
<p class="strong" style="{_TEXT}">{_safe(parts.greeting)}</p>
{sentences}
{f'<dl style="margin:20px 0">{rows}</dl>' if rows else ""}
{_button(parts)}
{f'<p class="soft" style="{_SOFT}">{_safe(parts.note)}</p>' if parts.note else ""}
</div>
<div style="max-width:480px;margin:16px auto 0;padding:0 24px">
{"".join(f'<p class="soft" style="{_SOFT}">{_safe(line)}</p>' for line in parts.footer)}
{_unsubscribe(parts)}
</div>
</body>
</html>
"""


def _style(parts: EmailParts) -> str:
    dark = dark_accent(parts.accent) if parts.accent else None
    accent, ink = (dark.accent, dark.ink) if dark else (_DARK_ACCENT, _DARK_INK)
    return _STYLE.replace("DARK_ACCENT", accent).replace("DARK_INK", ink)


_TEXT = "margin:0 0 12px;font-size:16px;line-height:1.5;color:#14161a"
_SOFT = "margin:0 0 8px;font-size:13px;line-height:1.5;color:#5b6470"


def _safe(text: str) -> str:
    return escape(text).replace(WALL, "<bdi>").replace(WALL_END, "</bdi>")


def _row(label: str, value: str) -> str:
    return (
        f'<dt class="soft" style="margin:0;font-size:13px;color:#5b6470">{_safe(label)}</dt>'
        f'<dd class="strong" style="margin:0 0 10px;font-size:16px;color:#14161a">{_safe(value)}</dd>'
    )


def _unsubscribe(parts: EmailParts) -> str:
    if not parts.unsubscribe_link:
        return ""
    return (
        f'<p class="soft" style="{_SOFT}"><a href="{escape(parts.unsubscribe_link)}" style="color:#5b6470">'
        f"{escape(parts.unsubscribe)}</a></p>"
    )


def _button(parts: EmailParts) -> str:
    if not parts.button:
        return ""
    address = escape(parts.link)
    return (
        f'<p style="margin:24px 0 16px"><a class="button" href="{address}" style="display:block;padding:14px 20px;'
        f"background:{parts.accent or _ACCENT};color:#ffffff;text-align:center;text-decoration:none;"
        "font-size:17px;font-weight:600;"
        f'border-radius:8px">{_safe(parts.button)}</a></p>'
        f'<p class="soft" style="{_SOFT}">{_safe(parts.link_hint)}<br>'
        f'<a href="{address}" style="color:#5b6470;word-break:break-all" dir="ltr">{address}</a></p>'
    )
