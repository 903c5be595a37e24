"""The phone page: what clients see on their phones and in their mailboxes. Works without scripts; refreshes by
itself.
"""

import re
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import quote

from markupsafe import Markup, escape

from quittance.sandbox.answers import Answer, Call
from quittance.sandbox.inbox import Inboxes, Letter
from quittance.sandbox.pages.look import not_found, page
from quittance.sandbox.services import Services

REFRESH_SECONDS = 3
SHOWN = 200
_LINK = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)]")
_HEAD = Markup(
    '<noscript><meta http-equiv="refresh" content="{}"></noscript><script src="/static/phone.js" defer></script>'
)
# A mail may hold anything: it is shown in a frame without scripts, forms or the sandbox's own origin.
_MAIL_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src "
    "data: http: https:"
)


def answer(house: Services, call: Call) -> Answer:
    inboxes = house.inboxes
    found = re.fullmatch(r"/phone/mail/(mail_[A-Za-z0-9]{8,40})", call.path)
    if found:
        return _mail_body(inboxes, found[1])
    if call.path != "/phone":
        return not_found()
    address = dict(call.query).get("to", "")
    if call.method == "POST":
        text = call.fields.get("text", "").strip()[:1600]
        if text:
            _write_back(house, call.fields.get("to", ""), text)
        return Answer.go(f"/phone?to={quote(call.fields.get('to', ''))}")
    return _show(inboxes, address, call)


def _write_back(house: Services, number: str, text: str) -> None:
    """By the way that the phone last heard from."""
    heard = [letter for letter in house.inboxes.all(to=number) if not letter.outgoing]
    if heard and heard[-1].kind == "whatsapp":
        house.whatsapp.answer_from_phone(number, text)
    else:
        house.twilio.answer_from_phone(number, text)


def _show(inboxes: Inboxes, address: str, call: Call) -> Answer:
    tag = f'"{inboxes.version}-{quote(address)}"'
    if call.header("if-none-match") == tag:
        return Answer(304, b"", "text/html", {"ETag": tag})
    people = inboxes.addresses()
    chosen = address or (people[0][0] if people else "")
    body = Markup("""<main class="phones {chosen_class}">
<nav class="people" aria-label="Phones and mailboxes">
<p class="badge">Sandbox</p><h1>Phones and mailboxes</h1>
{people}
<p class="foot"><a href="/panel">Trouble panel</a></p>
</nav>
<section class="screen" aria-label="Messages">{screen}</section>
</main>""").format(
        chosen_class="picked" if address else "",
        people=_people(people, chosen),
        screen=_screen(inboxes, chosen) if chosen else _nothing(),
    )
    shown = page("Phones · Sandbox", body, kind="phone-body", head=_HEAD.format(REFRESH_SECONDS))
    return replace(shown, headers={**shown.headers, "ETag": tag})


def _nothing() -> Markup:
    return Markup(
        '<div class="empty"><h2>Nothing has arrived yet</h2>'
        "<p>Send a payment link from the desk. Its text or mail lands here within seconds.</p></div>"
    )


def _people(people: list[tuple[str, Letter, int]], chosen: str) -> Markup:
    row = Markup("""<li><a class="person" href="/phone?to={url}"{now}>
<span class="icon" aria-hidden="true">{icon}</span>
<span class="who"><strong>{name}</strong><span class="peek">{peek}</span></span>
<span class="when">{when}<span class="count" title="{count} messages">{count}</span></span></a></li>""")
    rows = [
        row.format(
            url=quote(name),
            now=Markup(' aria-current="true"') if name.lower() == chosen.lower() else "",
            icon="✉" if "@" in name else "☎",
            name=name,
            peek=_LINK.sub("(link)", letter.subject or letter.text)[:80],
            when=_time(letter.at),
            count=count,
        )
        for name, letter, count in people[:SHOWN]
    ]
    return Markup('<ul class="list">{}</ul>').format(Markup("").join(rows))


def _screen(inboxes: Inboxes, address: str) -> Markup:
    letters = inboxes.all(to=address)[-SHOWN:]
    back = Markup('<p class="only-narrow"><a class="back" href="/phone">← All phones</a></p>')
    heading = Markup('<h2 class="address">{}</h2>').format(address)
    if "@" in address:
        mails = Markup("").join(_mail(letter) for letter in reversed(letters))
        return Markup("{}{}<div class='mails'>{}</div>").format(back, heading, mails or _nothing())
    texts = Markup("").join(_text(letter) for letter in letters)
    reply = Markup("""<form method="post" action="/phone" class="reply">
<input type="hidden" name="to" value="{to}">
<label class="field"><span>Answer</span>
<input name="text" autocomplete="off" maxlength="1600" placeholder="STOP, START or anything"></label>
<button class="button primary">Send</button>
<button class="button" name="text" value="STOP" formnovalidate>STOP</button>
<button class="button" name="text" value="START" formnovalidate>START</button>
</form>""").format(to=address)
    return Markup('{}<div class="handset">{}<div class="thread">{}</div>{}</div>').format(
        back, heading, texts or _nothing(), reply
    )


def _text(letter: Letter) -> Markup:
    return Markup('<div class="bubble {side}"><p>{text}</p><small>{way}{sender} · {when}</small></div>').format(
        way="WhatsApp · " if letter.kind == "whatsapp" else "",
        side="mine" if letter.outgoing else "theirs",
        text=linked(letter.text),
        sender="to " + letter.sender if letter.outgoing else letter.sender,
        when=_time(letter.at),
    )


def _mail(letter: Letter) -> Markup:
    html = Markup("")
    if letter.html:
        html = Markup(
            '<iframe class="mail-frame" title="The mail as HTML" loading="lazy" src="/phone/mail/{}" '
            'sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe>'
        ).format(letter.mark)
    text = Markup("<details{open}><summary>Plain text</summary><pre>{text}</pre></details>").format(
        open="" if letter.html else Markup(" open"), text=linked(letter.text)
    )
    return Markup("""<article class="card mail"><header><h3>{subject}</h3>
<p><small>From {sender} · {when}</small></p></header>{html}{text}</article>""").format(
        subject=letter.subject or "(no subject)", sender=letter.sender, when=_time(letter.at), html=html, text=text
    )


def _mail_body(inboxes: Inboxes, mark: str) -> Answer:
    letter = inboxes.find(mark)
    if letter is None:
        return not_found("This mail is gone.")
    # Links leave the frame: a mail program opens them in the browser.
    shown = '<base target="_blank">' + letter.html
    headers = {"Content-Security-Policy": _MAIL_POLICY, "X-Content-Type-Options": "nosniff"}
    return Answer.html(shown, headers=headers)


def linked(text: str) -> Markup:
    """Plain text with its addresses as links; everything else stays text."""
    out, at = Markup(""), 0
    for found in _LINK.finditer(text):
        out += escape(text[at : found.start()]) + Markup('<a href="{0}" rel="noreferrer">{0}</a>').format(found[0])
        at = found.end()
    return out + escape(text[at:])


def _time(at: float) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%d %b, %H:%M:%S}"
