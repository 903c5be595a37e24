"""The trouble panel: everything that can go wrong, as buttons."""

from urllib.parse import urlencode

from markupsafe import Markup

from quittance.sandbox.answers import Answer, Call
from quittance.sandbox.control import OrderError, obey
from quittance.sandbox.pages.look import not_found, page
from quittance.sandbox.pages.panel_parts import payments, phones_and_mail, trouble_and_clock, webhooks
from quittance.sandbox.services import Services
from quittance.sandbox.stripe.ledger import Books

TABS = {
    "payments": "Payments",
    "webhooks": "Webhooks",
    "texts": "Texts and mail",
    "trouble": "Trouble and clock",
}


def answer(house: Services, call: Call) -> Answer:
    if call.path != "/panel":
        return not_found()
    if call.method == "POST":
        return _obey(house, call)
    return _show(house, dict(call.query))


def _obey(house: Services, call: Call) -> Answer:
    given = call.fields
    place = {"tab": given.get("tab", "payments"), "of": given.get("of", "")}
    try:
        obey(house, given.get("order", ""), given)
    except OrderError as wrong:
        return Answer.go("/panel?" + urlencode(place | {"sorry": str(wrong)[:300]}))
    return Answer.go("/panel?" + urlencode(place | {"done": given.get("words", "Done.")[:200]}))


def _show(house: Services, asked: dict[str, str]) -> Answer:
    tab = asked.get("tab", "payments")
    tab = tab if tab in TABS else "payments"
    books = _chosen(house, asked.get("of", ""))
    of = _name(books) if books else ""
    body = Markup("""<div class="panel">
<header class="top"><div><p class="badge">Sandbox</p><h1>Trouble panel</h1></div>
<p class="clock"><span class="num">{now}</span><br><a href="/phone">Phones and mailboxes</a></p></header>
<nav class="tabs" aria-label="Sections">{tabs}</nav>
{said}
{accounts}
<main>{content}</main>
</div>""").format(
        now=f"{house.clock.now():%a %d %b %Y, %H:%M:%S} UTC",
        tabs=_tabs(tab, of),
        said=_said(asked),
        accounts=_accounts(house, tab, of) if tab in {"payments", "webhooks"} else "",
        content=_content(house, tab, books, of),
    )
    return page("Trouble panel · Sandbox", body, kind="panel-body")


def _content(house: Services, tab: str, books: Books | None, of: str) -> Markup:
    if tab == "texts":
        return phones_and_mail(house)
    if tab == "trouble":
        return trouble_and_clock(house)
    if books is None:
        return Markup(
            '<div class="empty"><h2>No account yet</h2><p>An account appears with the first call that bears its key, '
            "for example <code>sk_test_salon</code>.</p></div>"
        )
    return payments(house, books, of) if tab == "payments" else webhooks(books, of)


def _name(books: Books) -> str:
    return f"{books.name}:{books.mode}"


def _chosen(house: Services, of: str) -> Books | None:
    rows = house.stripe.directory.all()
    return next((one for one in rows if _name(one) == of), rows[0] if rows else None)


def _tabs(tab: str, of: str) -> Markup:
    link = Markup('<a href="/panel?{}"{}>{}</a>')
    return Markup("").join(
        link.format(urlencode({"tab": key, "of": of}), Markup(' aria-current="page"') if key == tab else "", words)
        for key, words in TABS.items()
    )


def _accounts(house: Services, tab: str, of: str) -> Markup:
    link = Markup('<a class="chip" href="/panel?{}"{}>{}<small>{}</small></a>')
    rows = [
        link.format(
            urlencode({"tab": tab, "of": _name(one)}),
            Markup(' aria-current="true"') if _name(one) == of else "",
            one.title,
            one.mode,
        )
        for one in house.stripe.directory.all()
    ]
    return Markup('<nav class="chips" aria-label="Accounts">{}</nav>').format(Markup("").join(rows))


def _said(asked: dict[str, str]) -> Markup:
    if asked.get("sorry"):
        return Markup('<p class="alert" role="alert">{}</p>').format(asked["sorry"][:300])
    return Markup('<p class="ok" role="status">{}</p>').format(asked["done"][:200]) if asked.get("done") else Markup("")
