"""English."""

from __future__ import annotations

from quittance.messages.texts.phrases import Phrases, TypePhrases

PHRASES = Phrases(
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
    unsubscribe="No more of these emails",
    visits={"one": "({n} visit)", "other": "({n} visits)"},
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
        "payment_link_again": TypePhrases(
            subject="You can pay {amount} online again",
            heading="Online payment works again",
            intro="You asked us to tell you: you can pay for your visit online again.",
            button="See and pay {amount}",
            note="You need no account. The link is for your visit only.",
            sms=(
                "{business}: online payment works again. See and pay {amount}: {link}",
                "Online payment works again. {amount}: {link}",
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
                "{business}: gift card {amount}, code: {code}",
                "Gift card {amount}, code: {code}",
            ),
        ),
        "membership": TypePhrases(
            subject="{membership}: your membership at {business}",
            heading="Your membership is ready",
            intro="{membership} {visits} is paid and ready to use, until {until}.",
            button="",
            note="Just come: it is kept under your name.",
            sms=(
                (
                    "{business}: {membership} {visits} is paid and ready to use, until {until}. "
                    "It is kept under your name."
                ),
                "{business}: {membership} {visits}, until {until}.",
                "{membership} {visits} is paid and ready to use, until {until}.",
            ),
        ),
        "membership_endless": TypePhrases(
            subject="{membership}: your membership at {business}",
            heading="Your membership is ready",
            intro="{membership} {visits} is paid and ready to use.",
            button="",
            note="Just come: it is kept under your name.",
            sms=(
                "{business}: {membership} {visits} is paid and ready to use. It is kept under your name.",
                "{business}: {membership} {visits} is paid.",
                "{membership} {visits} is paid and ready to use.",
            ),
        ),
        "visit_booked": TypePhrases(
            subject="Your visit on {day} is booked",
            heading="Your visit is booked",
            intro="We look forward to seeing you: {when}.",
            button="",
            note="You cannot come? Please tell us as early as you can.",
            sms=(
                "{business}: your visit is booked for {when}. You cannot come? Please call {phone}.",
                "{business}: your visit is booked for {when}.",
                "Booked: {when}.",
            ),
        ),
        "visit_moved": TypePhrases(
            subject="Your visit is now on {day}",
            heading="Your visit has a new time",
            intro="Your visit was moved. It is now: {when}.",
            button="",
            note="The new time does not suit you? Please tell us.",
            sms=(
                "{business}: your visit was moved. It is now {when}. It does not suit you? Please call {phone}.",
                "{business}: your visit was moved. It is now {when}.",
                "New time: {when}.",
            ),
        ),
        "visit_cancelled": TypePhrases(
            subject="Your visit on {day} is cancelled",
            heading="Your visit is cancelled",
            intro="Your visit, {when}, is cancelled.",
            button="",
            note="You would like another time? Please call or write to us.",
            sms=(
                "{business}: your visit, {when}, is cancelled. For another time please call {phone}.",
                "{business}: your visit, {when}, is cancelled.",
                "Cancelled: {when}.",
            ),
        ),
        "payment_reminder": TypePhrases(
            subject="Reminder: {amount} for your visit on {day}",
            heading="{amount} still to pay",
            intro="Your visit is not paid yet. If you have paid meanwhile, you can ignore this email.",
            button="See and pay {amount}",
            note="You need no account. The link is for your visit only.",
            sms=(
                "{business}: reminder, {amount} is still open for your visit on {when}. See and pay: {link}",
                "{business}: reminder, {amount} is still open. See and pay: {link}",
                "Reminder, {amount} to pay: {link}",
            ),
        ),
        "link_expiring": TypePhrases(
            subject="Your payment link ends soon: {amount}",
            heading="Pay {amount} by {deadline}",
            intro="Your payment link works until {deadline}. After that, please ask us for a new one.",
            button="See and pay {amount}",
            note="You need no account. The link is for your visit only.",
            sms=(
                "{business}: your payment link for {amount} works until {deadline}. See and pay: {link}",
                "{business}: {amount}, link until {deadline}: {link}",
                "{amount} to pay until {deadline}: {link}",
            ),
        ),
        "visit_reminder": TypePhrases(
            subject="Reminder: your visit on {day}",
            heading="See you on {day}",
            intro="We are looking forward to your visit.",
            button="",
            note="If you cannot come, please tell us in time.",
            sms=(
                "{business}: reminder of your visit on {when} with {staff}. Cannot come? Please call {phone}.",
                "{business}: reminder of your visit on {when}. Cannot come? Please call us.",
                "{business}: reminder of your visit on {when}.",
                "Reminder of your visit on {when}.",
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
