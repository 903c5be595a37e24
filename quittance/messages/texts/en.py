"""English."""

from __future__ import annotations

from quittance.messages.texts.phrases import Phrases, TypePhrases

ENGLISH = Phrases(
    greeting="Hello {client},",
    greeting_without_name="Hello,",
    visit="Your visit",
    staff="With",
    place="Where",
    amount="Amount",
    deadline="Pay by",
    link_hint="If the button does not work, open this address:",
    contact="Questions? Call {phone} or answer this email.",
    why="You receive this email because you have a visit at {business}.",
    way_paid="your original payment method",
    types={
        "payment_link": TypePhrases(
            subject="{amount} for your visit on {day}",
            heading="{amount} to pay",
            intro="Here is the payment link for your visit. Paying takes half a minute.",
            button="See and pay {amount}",
            note="You need no account. The link is for your visit only.",
            sms=(
                "{business}: {amount} for your visit on {when}. See and pay: {link}",
                "{business}: {amount} for your visit. Pay: {link}",
                "{amount} to pay: {link}",
            ),
        ),
        "payment_received": TypePhrases(
            subject="Receipt: {amount} paid",
            heading="{amount} received. Thank you",
            intro="We have received your payment of {amount}.",
            button="See the receipt",
            note="The receipt stays available at this address.",
            rest="Still to pay: {rest}.",
            sms=(
                "{business}: we have received {amount}. Thank you. Receipt: {link}",
                "{amount} received. Receipt: {link}",
            ),
        ),
        "payment_received_late": TypePhrases(
            subject="Your payment of {amount} arrived after the cancellation",
            heading="{amount} arrived after your visit was cancelled",
            intro=(
                "Your payment of {amount} arrived after your visit was cancelled. "
                "We know about it and will settle it with you."
            ),
            button="See the receipt",
            note="You need not do anything. The receipt stays available at this address.",
            sms=(
                (
                    "{business}: your {amount} arrived after your visit was cancelled. "
                    "We will settle it with you. Receipt: {link}"
                ),
                "{amount} arrived after your visit was cancelled: {link}",
            ),
        ),
        "payment_received_returns": TypePhrases(
            subject="Your payment of {amount} goes back to you",
            heading="{amount} goes back to you",
            intro="Your payment of {amount} arrived after your visit was cancelled. It goes back to {method}.",
            button="See how it stands",
            note="You need not do anything. We write again when it has been refunded.",
            sms=(
                "{business}: your {amount} arrived after your visit was cancelled. It goes back to {method}: {link}",
                "{business}: your {amount} arrived after your visit was cancelled and goes back to you: {link}",
                "{amount} arrived after your visit was cancelled and goes back to you: {link}",
            ),
        ),
        "refund": TypePhrases(
            subject="Refund: {amount} from {business}",
            heading="{amount} refunded",
            intro="We have refunded {amount} to {method}. Banks usually show it within 5 to 10 days.",
            button="See the credit note",
            note="The credit note stays available at this address.",
            sms=(
                (
                    "{business}: we have refunded {amount} to {method}. "
                    "Banks usually show it within 5 to 10 days. Credit note: {link}"
                ),
                "{business}: we have refunded {amount} to {method}. Credit note: {link}",
                "{business}: {amount} refunded. Credit note: {link}",
                "{amount} refunded. Credit note: {link}",
            ),
        ),
        "refund_plain": TypePhrases(
            subject="Refund: {amount} from {business}",
            heading="{amount} refunded",
            intro="We have refunded {amount} to {method}. Banks usually show it within 5 to 10 days.",
            button="See your visit",
            note="You need not do anything.",
            sms=(
                "{business}: we have refunded {amount} to {method}. Banks usually show it within 5 to 10 days. {link}",
                "{business}: {amount} refunded. {link}",
                "{amount} refunded. {link}",
            ),
        ),
        "payment_failed": TypePhrases(
            subject="Your payment of {amount} did not go through",
            heading="The payment did not go through",
            intro="Your bank did not confirm the payment of {amount}. The amount is open again.",
            button="Pay again",
            note="Another card or another way to pay often helps.",
            closed="Please contact us to pay in another way.",
            sms=(
                "{business}: your payment of {amount} did not go through. Pay again: {link}",
                "Your payment of {amount} did not go through. Pay again: {link}",
            ),
            sms_closed=(
                "{business}: your payment of {amount} did not go through. Please contact us.",
                "Your payment of {amount} did not go through. Please contact us.",
            ),
        ),
        "gift_card": TypePhrases(
            subject="Your gift card of {amount} from {business}",
            heading="Gift card: {amount}",
            intro="Here is your gift card of {amount}. Its code is {code}. It is good until {until}.",
            button="Gift card as PDF",
            note="Give the code at the desk to pay with it. Whoever has the code can use the card, so keep it safe.",
            sms=(
                "{business}: your gift card of {amount}, good until {until}. Give this code at the desk: {code}",
                "Your gift card of {amount}, good until {until}. Code: {code}",
                "Gift card {amount}, code: {code}",
            ),
        ),
        "gift_card_endless": TypePhrases(
            subject="Your gift card of {amount} from {business}",
            heading="Gift card: {amount}",
            intro="Here is your gift card of {amount}. Its code is {code}.",
            button="Gift card as PDF",
            note="Give the code at the desk to pay with it. Whoever has the code can use the card, so keep it safe.",
            sms=(
                "{business}: your gift card of {amount}. Give this code at the desk: {code}",
                "Gift card {amount}, code: {code}",
            ),
        ),
        "desk_code": TypePhrases(
            subject="Your code: {code}",
            heading="Your code: {code}",
            intro="Type this code on the page of the QR at the desk: {code}. It works for 10 minutes.",
            button="",
            note="",
            sms=(
                "{business}: your code for the QR at the desk is {code}. It works for 10 minutes.",
                "Your code for the QR at the desk: {code}",
            ),
        ),
        "test": TypePhrases(
            subject="Test message from {business}",
            heading="It works",
            intro="This is a test message. Messages to your clients will arrive like this one.",
            button="Open Quittance",
            note="Nobody else received it.",
            sms=("{business}: this is a test message. SMS to your clients will arrive like this one.",),
        ),
    },
)
