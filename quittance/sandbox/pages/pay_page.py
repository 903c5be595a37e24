"""The hosted payment page."""

from quittance.sandbox.answers import Answer, Call
from quittance.sandbox.stripe.door import StripeSandbox


def answer(stripe: StripeSandbox, call: Call) -> Answer:
    return Answer.html(f"<p>{len(stripe.sessions())} {call.path}</p>")
