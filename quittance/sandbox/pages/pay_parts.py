"""The faces of the hosted payment page: form, challenge, leave-taking, ended."""

from dataclasses import replace

from markupsafe import Markup

from quittance.sandbox import currencies
from quittance.sandbox.answers import Answer
from quittance.sandbox.pages.look import page
from quittance.sandbox.stripe import cards
from quittance.sandbox.stripe.errors import Json

_HINTS = (
    (cards.GOOD_CARD, "pays"),
    ("4000 0000 0000 0002", "is declined"),
    ("4000 0000 0000 9995", "lacks funds"),
    ("4000 0025 0000 3155", "asks for 3-D Secure"),
)
_FRAME = Markup("""<div class="pay">
<section class="what" aria-label="What you pay for">
<p class="badge">Sandbox · test payments only</p>
{back}
<p class="shop">{shop}</p>
<p class="big">{total}</p>
{lines}
</section>
<main class="how">{form}<p class="foot">Imitates a hosted payment page. No money moves here.</p></main>
</div>""")


def form_page(session: Json, given: dict[str, str], *, complaint: str, status: int = 200) -> Answer:
    offered = session["payment_method_types"]
    given = given | {"_key": session["id"], "_total": currencies.shown(session["amount_total"], session["currency"])}
    # A form for each way, so that Enter in a field presses the button beneath it.
    ways = [way for way in (_wallets(given, offered), _card(given, offered), _debit(given, offered)) if way]
    alert = Markup('<p class="alert" role="alert" id="alert">{}</p>').format(complaint) if complaint else Markup("")
    form = Markup("<h1>Pay {shop}</h1>\n{alert}\n{ways}").format(
        shop=session["_shop"], alert=alert, ways=Markup("\n").join(ways)
    )
    return _framed(session, form, title=f"Pay {session['_shop']}", status=status)


def _framed(session: Json, form: Markup, *, title: str, status: int = 200) -> Answer:
    back = Markup("")
    if session["cancel_url"]:
        words = Markup('<p><a class="back" href="{}"><span aria-hidden="true">←</span> Back to {}</a></p>')
        back = words.format(session["cancel_url"], session["_shop"])
    body = _FRAME.format(
        back=back,
        shop=session["_shop"],
        total=currencies.shown(session["amount_total"], session["currency"]),
        lines=_lines(session),
        form=form,
    )
    return page(f"{title} · Sandbox", body, kind="pay-body", status=status)


def _lines(session: Json) -> Markup:
    row = Markup('<li><span class="name">{name}<small>{note}</small></span><span class="num">{amount}</span></li>')
    rows = Markup("").join(
        row.format(
            name=line["description"],
            note=f"{line['quantity']} × {currencies.shown(line['price']['unit_amount'], line['currency'])}"
            if line["quantity"] > 1
            else line.get("_note", ""),
            amount=currencies.shown(line["amount_total"], line["currency"]),
        )
        for line in session["_lines"]
    )
    total = currencies.shown(session["amount_total"], session["currency"])
    return Markup(
        '<ul class="lines">{}<li class="sum"><span>Total due</span><span class="num">{}</span></li></ul>'
    ).format(rows, total)


def _button(words: str, value: str, kind: str = "") -> Markup:
    return Markup('<button class="button {}" name="method" value="{}">{}</button>').format(kind, value, words)


def _wallets(given: dict[str, str], offered: list[str]) -> Markup:
    if "card" not in offered:
        return Markup("")
    return Markup(
        '<form method="post" action="/c/pay/{}" class="wallets">{}{}</form><p class="or"><span>or by card</span></p>'
    ).format(given["_key"], _button("Apple Pay", "apple_pay", "wallet"), _button("Google Pay", "google_pay", "wallet"))


def _card(given: dict[str, str], offered: list[str]) -> Markup:
    if "card" not in offered:
        return Markup("")
    hints = Markup("").join(Markup("<li><code>{}</code> {}</li>").format(number, words) for number, words in _HINTS)
    return Markup("""<form method="post" action="/c/pay/{key}" novalidate>
<label class="field"><span>Email</span>
<input type="email" name="email" value="{email}" autocomplete="email" inputmode="email"
placeholder="you@example.com"></label>
<fieldset class="group"><legend>Card</legend>
<label class="field"><span>Card number</span>
<input name="number" value="{number}" autocomplete="cc-number" inputmode="numeric"
placeholder="1234 1234 1234 1234"></label>
<div class="two">
<label class="field"><span>Expiry</span>
<input name="expiry" value="{expiry}" autocomplete="cc-exp" inputmode="numeric" placeholder="MM / YY"></label>
<label class="field"><span>CVC</span>
<input name="cvc" value="{cvc}" autocomplete="cc-csc" inputmode="numeric" placeholder="123"></label>
</div>
<label class="field"><span>Name on card</span>
<input name="name" value="{name}" autocomplete="cc-name"></label>
</fieldset>
{button}
</form>
<details class="hints"><summary>Test cards</summary><ul>{hints}</ul>
<p>Any expiry in the future, any CVC. Numbers of real cards are refused.</p></details>""").format(
        key=given["_key"],
        email=given.get("email", ""),
        number=given.get("number", ""),
        expiry=given.get("expiry", ""),
        cvc=given.get("cvc", ""),
        name=given.get("name", ""),
        button=_button(f"Pay {given['_total']}", "card", "primary"),
        hints=hints,
    )


def _debit(given: dict[str, str], offered: list[str]) -> Markup:
    if not set(offered) - {"card"}:
        return Markup("")
    opened = Markup(" open") if given.get("method") == "debit" or "card" not in offered else Markup("")
    return Markup("""<details class="other"{opened}><summary>Bank debit <small>confirmed in some days</small></summary>
<form method="post" action="/c/pay/{key}" novalidate>
<label class="field"><span>IBAN</span>
<input name="iban" value="{iban}" autocomplete="off" placeholder="{good}"></label>
<label class="field"><span>Account holder</span>
<input name="holder" value="{name}" autocomplete="name"></label>
{button}
</form>
<p class="hint"><code>{good}</code> succeeds later, <code>{bad}</code> fails later. The panel decides when.</p>
</details>""").format(
        opened=opened,
        key=given["_key"],
        iban=given.get("iban", ""),
        name=given.get("holder", ""),
        good=cards.GOOD_IBAN,
        bad=cards.BAD_IBAN,
        button=_button("Pay by bank debit", "debit"),
    )


def challenge_page(session: Json) -> Answer:
    form = Markup("""<h1>Confirm with your bank</h1>
<p>3-D Secure test page. Your bank asks whether you want to pay <strong>{total}</strong> to {shop}.</p>
<form method="post" action="/c/pay/{key}/check" class="stack">
<button class="button primary" name="answer" value="complete">Complete</button>
<button class="button" name="answer" value="fail">Fail</button>
</form>""").format(
        total=currencies.shown(session["amount_total"], session["currency"]), shop=session["_shop"], key=session["id"]
    )
    return _framed(session, form, title="Confirm")


def done_page(session: Json, address: str) -> Answer:
    """Shown when the button of a page was pressed that had ended meanwhile. It does not say whether money moved."""
    form = Markup("""<div class="tick" aria-hidden="true">✓</div>
<h1>You did it</h1>
<p>Thank you. You are being taken back to {shop}.</p>
<p><a class="button primary" href="{address}">Back to {shop}</a></p>""").format(shop=session["_shop"], address=address)
    body = _FRAME.format(
        back="",
        shop=session["_shop"],
        total=currencies.shown(session["amount_total"], session["currency"]),
        lines=_lines(session),
        form=form,
    )
    shown = page("You did it · Sandbox", body, kind="pay-body")
    return replace(shown, headers={**shown.headers, "Refresh": f"2; url={address}"})


def ended_page(session: Json) -> Answer:
    form = Markup("""<h1>You're all done here</h1>
<p>You have already completed your payment, or this page has timed out.
To pay, go back to {shop} and open the link you were given once more.</p>""").format(shop=session["_shop"])
    return _framed(session, form, title="All done")
