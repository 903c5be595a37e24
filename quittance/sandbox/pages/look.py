"""The look of the sandbox's pages: one shell, one style sheet, everything escaped by markupsafe."""

from pathlib import Path

from markupsafe import Markup

from quittance.sandbox.answers import Answer

_STATIC = Path(__file__).parent.parent / "static"

_SHELL = Markup("""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>{title}</title>
<link rel="stylesheet" href="/static/sandbox.css">
<link rel="icon" href="/static/icon.svg" type="image/svg+xml">
{head}
</head>
<body class="{kind}">
{body}
</body>
</html>
""")
ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#b45309"/>'
    '<path d="M9 12h14v10a2 2 0 0 1-2 2H11a2 2 0 0 1-2-2z M9 12l2-4h10l2 4" fill="none" stroke="#fff" '
    'stroke-width="2.2" stroke-linejoin="round"/></svg>'
)
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "form-action *; base-uri 'none'; frame-src 'self'"
)


def page(title: str, body: Markup, *, kind: str, head: str = "", status: int = 200) -> Answer:
    text = _SHELL.format(title=title, body=body, kind=kind, head=Markup(head))  # noqa: S704 - our own markup
    return Answer.html(str(text), status=status, headers={"Content-Security-Policy": POLICY})


def static(path: str) -> Answer:
    if path == "/static/sandbox.css":
        return Answer(
            200, (_STATIC / "sandbox.css").read_bytes(), "text/css; charset=utf-8", {"Cache-Control": "max-age=60"}
        )
    if path == "/static/phone.js":
        return Answer(200, (_STATIC / "phone.js").read_bytes(), "text/javascript", {"Cache-Control": "max-age=60"})
    if path == "/static/icon.svg":
        return Answer(200, ICON.encode(), "image/svg+xml", {"Cache-Control": "max-age=3600"})
    return not_found()


def not_found(words: str = "There is nothing at this address.") -> Answer:
    body = Markup(
        '<main class="card narrow"><h1>Not found</h1><p>{}</p>'
        '<p><a href="/">To the front page of the sandbox</a></p></main>'
    ).format(words)
    return page("Not found · Sandbox", body, kind="plain", status=404)


def front() -> Answer:
    """The first page: where everything is."""
    rows = (
        ("/phone", "Phones and mailboxes", "Texts and mails that the product sent. Links in them open."),
        (
            "/panel",
            "Trouble panel",
            "Lose webhooks, break lines, refund in the dashboard, decide bank debits, move the clock.",
        ),
    )
    links = Markup("").join(
        Markup('<li><a class="tile" href="{}"><strong>{}</strong><span>{}</span></a></li>').format(*row) for row in rows
    )
    body = Markup("""<main class="card narrow">
<p class="badge">Sandbox</p>
<h1>A payment system, phone network and mailbox of our own</h1>
<p>Nothing here is real: no money moves, no text leaves this machine.</p>
<ul class="tiles">{}</ul>
</main>""").format(links)
    return page("Sandbox", body, kind="plain")
