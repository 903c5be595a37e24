"""Dutch: *u*. A thing is *hem* or *het* as people speak; SMS keep to the phone alphabet."""

from __future__ import annotations

from quittance.messages.texts.phrases import Phrases, TypePhrases

PHRASES = Phrases(
    greeting="Beste {client},",
    greeting_without_name="Goedendag,",
    visit="Uw afspraak",
    staff="Bij",
    place="Waar",
    amount="Bedrag",
    deadline="Betalen vóór",
    link_hint="Werkt de knop niet? Open dan dit adres:",
    contact="Vragen? Bel {phone} of beantwoord deze e-mail.",
    why="U ontvangt deze e-mail omdat u een afspraak hebt bij {business}.",
    way_paid="uw oorspronkelijke betaalmiddel",
    unsubscribe="Deze e-mails niet meer ontvangen",
    visits={"one": "({n} bezoek)", "other": "({n} bezoeken)"},
    types={
        "payment_link": TypePhrases(
            subject="{amount} voor uw afspraak op {day}",
            heading="{amount} te betalen",
            intro="Hier is de betaallink voor uw afspraak. Betalen duurt een halve minuut.",
            button="Bekijk en betaal {amount}",
            note="U hebt geen account nodig. De link is alleen voor uw afspraak.",
            sms=(
                "{business}: {amount} voor uw afspraak op {when}. Bekijk en betaal: {link}",
                "{business}: {amount} voor uw afspraak. Betaal: {link}",
                "{amount} te betalen: {link}",
            ),
        ),
        "payment_link_again": TypePhrases(
            subject="U kunt {amount} weer online betalen",
            heading="Online betalen werkt weer",
            intro="U vroeg ons het te laten weten: u kunt uw afspraak weer online betalen.",
            button="Bekijk en betaal {amount}",
            note="U hebt geen account nodig. De link is alleen voor uw afspraak.",
            sms=(
                "{business}: online betalen werkt weer. Bekijk en betaal {amount}: {link}",
                "Online betalen werkt weer. {amount}: {link}",
            ),
        ),
        "payment_received": TypePhrases(
            subject="Bon: {amount} betaald",
            heading="{amount} ontvangen. Dank u wel",
            intro="We hebben uw betaling van {amount} ontvangen.",
            button="Bekijk de bon",
            note="De bon blijft op dit adres beschikbaar.",
            rest="Nog te betalen: {rest}.",
            sms=(
                "{business}: we hebben {amount} ontvangen. Dank u wel. Bon: {link}",
                "{amount} ontvangen. Bon: {link}",
            ),
        ),
        "payment_received_late": TypePhrases(
            subject="Uw betaling van {amount} kwam na de annulering binnen",
            heading="{amount} kwam binnen nadat uw afspraak was geannuleerd",
            intro=(
                "Uw betaling van {amount} kwam binnen nadat uw afspraak was geannuleerd. "
                "We weten ervan en regelen het met u."
            ),
            button="Bekijk de bon",
            note="U hoeft niets te doen. De bon blijft op dit adres beschikbaar.",
            sms=(
                (
                    "{business}: uw {amount} kwam binnen nadat uw afspraak was geannuleerd. "
                    "We regelen het met u. Bon: {link}"
                ),
                "{amount} kwam binnen nadat uw afspraak was geannuleerd: {link}",
            ),
        ),
        "payment_received_returns": TypePhrases(
            subject="U krijgt uw betaling van {amount} terug",
            heading="U krijgt {amount} terug",
            intro=(
                "Uw betaling van {amount} kwam binnen nadat uw afspraak was geannuleerd. "
                "U krijgt het terug op {method}."
            ),
            button="Bekijk hoe het ervoor staat",
            note="U hoeft niets te doen. We schrijven u zodra het is terugbetaald.",
            sms=(
                "{business}: uw {amount} kwam na de annulering van uw afspraak. U krijgt het terug op {method}: {link}",
                "{business}: uw {amount} kwam na de annulering van uw afspraak. U krijgt het terug: {link}",
                "{amount} kwam na de annulering van uw afspraak. U krijgt het terug: {link}",
            ),
        ),
        "refund": TypePhrases(
            subject="Terugbetaling: {amount} van {business}",
            heading="{amount} terugbetaald",
            intro="We hebben {amount} terugbetaald op {method}. Meestal staat het in 5 tot 10 dagen op uw rekening.",
            button="Bekijk de creditnota",
            note="De creditnota blijft op dit adres beschikbaar.",
            sms=(
                (
                    "{business}: we hebben {amount} terugbetaald op {method}. "
                    "Meestal binnen 5 tot 10 dagen op uw rekening. Creditnota: {link}"
                ),
                "{business}: we hebben {amount} terugbetaald op {method}. Creditnota: {link}",
                "{business}: {amount} terugbetaald. Creditnota: {link}",
                "{amount} terugbetaald. Creditnota: {link}",
            ),
        ),
        "refund_plain": TypePhrases(
            subject="Terugbetaling: {amount} van {business}",
            heading="{amount} terugbetaald",
            intro="We hebben {amount} terugbetaald op {method}. Meestal staat het in 5 tot 10 dagen op uw rekening.",
            button="Bekijk uw afspraak",
            note="U hoeft niets te doen.",
            sms=(
                (
                    "{business}: we hebben {amount} terugbetaald op {method}. "
                    "Meestal binnen 5 tot 10 dagen op uw rekening. {link}"
                ),
                "{business}: {amount} terugbetaald. {link}",
                "{amount} terugbetaald. {link}",
            ),
        ),
        "payment_failed": TypePhrases(
            subject="Uw betaling van {amount} is niet gelukt",
            heading="De betaling is niet gelukt",
            intro="Uw bank heeft de betaling van {amount} niet bevestigd. Het bedrag staat weer open.",
            button="Betaal opnieuw",
            note="Een andere kaart of betaalwijze helpt vaak.",
            closed="Neem contact met ons op om op een andere manier te betalen.",
            sms=(
                "{business}: uw betaling van {amount} is niet gelukt. Betaal opnieuw: {link}",
                "Uw betaling van {amount} is niet gelukt. Betaal opnieuw: {link}",
            ),
            sms_closed=(
                "{business}: uw betaling van {amount} is niet gelukt. Neem contact met ons op.",
                "Uw betaling van {amount} is niet gelukt. Neem contact met ons op.",
            ),
        ),
        "gift_card": TypePhrases(
            subject="Uw cadeaubon van {business}: {amount}",
            heading="Cadeaubon: {amount}",
            intro="Hier is uw cadeaubon van {amount}. De code is {code}. Hij is geldig tot en met {until}.",
            button="Cadeaubon als pdf",
            note="Noem de code aan de balie om te betalen. Wie de code heeft, kan de bon gebruiken: bewaar hem goed.",
            sms=(
                "{business}: uw cadeaubon van {amount}, geldig tot en met {until}. Code voor de balie: {code}",
                "Uw cadeaubon van {amount}, geldig tot en met {until}. Code: {code}",
                "Cadeaubon {amount}, code: {code}",
            ),
        ),
        "gift_card_endless": TypePhrases(
            subject="Uw cadeaubon van {business}: {amount}",
            heading="Cadeaubon: {amount}",
            intro="Hier is uw cadeaubon van {amount}. De code is {code}.",
            button="Cadeaubon als pdf",
            note="Noem de code aan de balie om te betalen. Wie de code heeft, kan de bon gebruiken: bewaar hem goed.",
            sms=(
                "{business}: uw cadeaubon van {amount}. Code voor de balie: {code}",
                "{business}: cadeaubon {amount}, code: {code}",
                "Cadeaubon {amount}, code: {code}",
            ),
        ),
        "membership": TypePhrases(
            subject="{membership}: uw abonnement bij {business}",
            heading="Uw abonnement staat klaar",
            intro="{membership} {visits} is betaald en geldig tot en met {until}.",
            button="",
            note="Kom gewoon langs: het staat op uw naam.",
            sms=(
                "{business}: {membership} {visits} is betaald en geldig tot en met {until}. Het staat op uw naam.",
                "{business}: {membership} {visits} t/m {until}.",
                "{membership} {visits} is betaald, geldig tot en met {until}.",
            ),
        ),
        "membership_endless": TypePhrases(
            subject="{membership}: uw abonnement bij {business}",
            heading="Uw abonnement staat klaar",
            intro="{membership} {visits} is betaald en meteen te gebruiken.",
            button="",
            note="Kom gewoon langs: het staat op uw naam.",
            sms=(
                "{business}: {membership} {visits} is betaald en meteen te gebruiken. Het staat op uw naam.",
                "{business}: {membership} {visits} is betaald.",
                "{membership} {visits} is betaald en meteen te gebruiken.",
            ),
        ),
        "visit_booked": TypePhrases(
            subject="Uw afspraak op {day} is geboekt",
            heading="Uw afspraak is geboekt",
            intro="We zien u graag op {when}.",
            button="",
            note="Kunt u niet komen? Laat het ons zo vroeg mogelijk weten.",
            sms=(
                "{business}: uw afspraak is geboekt voor {when}. Kunt u niet komen? Bel {phone}.",
                "{business}: uw afspraak is geboekt voor {when}.",
                "Geboekt: {when}.",
            ),
        ),
        "visit_moved": TypePhrases(
            subject="Uw afspraak is nu op {day}",
            heading="Uw afspraak heeft een nieuwe tijd",
            intro="Uw afspraak is verplaatst. De nieuwe tijd: {when}.",
            button="",
            note="Komt de nieuwe tijd u niet uit? Laat het ons weten.",
            sms=(
                "{business}: uw afspraak is verplaatst naar {when}. Komt dat niet uit? Bel {phone}.",
                "{business}: uw afspraak is verplaatst naar {when}.",
                "Nieuwe tijd: {when}.",
            ),
        ),
        "visit_cancelled": TypePhrases(
            subject="Uw afspraak op {day} is geannuleerd",
            heading="Uw afspraak is geannuleerd",
            intro="Uw afspraak op {when} is geannuleerd.",
            button="",
            note="Wilt u een andere tijd? Bel of schrijf ons.",
            sms=(
                "{business}: uw afspraak op {when} is geannuleerd. Een andere tijd? Bel {phone}.",
                "{business}: uw afspraak op {when} is geannuleerd.",
                "Geannuleerd: {when}.",
            ),
        ),
        "payment_reminder": TypePhrases(
            subject="Herinnering: {amount} voor uw afspraak op {day}",
            heading="Nog te betalen: {amount}",
            intro="Uw afspraak is nog niet betaald. Hebt u intussen betaald, dan kunt u deze e-mail negeren.",
            button="Bekijk en betaal {amount}",
            note="U hebt geen account nodig. De link is alleen voor uw afspraak.",
            sms=(
                "{business}: herinnering, {amount} voor uw afspraak op {when} staat nog open. Bekijk en betaal: {link}",
                "{business}: herinnering, {amount} staat nog open. Bekijk en betaal: {link}",
                "Herinnering, {amount} te betalen: {link}",
            ),
        ),
        "link_expiring": TypePhrases(
            subject="Uw betaallink verloopt binnenkort: {amount}",
            heading="Betaal {amount} vóór {deadline}",
            intro="Uw betaallink werkt tot {deadline}. Daarna kunt u ons om een nieuwe vragen.",
            button="Bekijk en betaal {amount}",
            note="U hebt geen account nodig. De link is alleen voor uw afspraak.",
            sms=(
                "{business}: uw betaallink voor {amount} werkt tot {deadline}. Bekijk en betaal: {link}",
                "{business}: {amount}, link geldig tot {deadline}: {link}",
                "{amount} te betalen tot {deadline}: {link}",
            ),
        ),
        "visit_reminder": TypePhrases(
            subject="Herinnering: uw afspraak op {day}",
            heading="Tot {day}",
            intro="We kijken uit naar uw komst.",
            button="",
            note="Kunt u niet komen? Laat het ons dan op tijd weten.",
            sms=(
                "{business}: herinnering aan uw afspraak op {when} bij {staff}. Kunt u niet komen? Bel {phone}.",
                "{business}: herinnering aan uw afspraak op {when}. Kunt u niet komen? Bel ons.",
                "{business}: herinnering aan uw afspraak op {when}.",
                "Herinnering aan uw afspraak op {when}.",
            ),
        ),
        "desk_code": TypePhrases(
            subject="Uw code: {code}",
            heading="Uw code: {code}",
            intro="Vul deze code in op de pagina van de QR-code aan de balie: {code}. Hij is 10 minuten geldig.",
            button="",
            note="",
            sms=(
                "{business}: uw code voor de QR-code aan de balie is {code}. Hij is 10 minuten geldig.",
                "Uw code voor de QR-code aan de balie: {code}",
            ),
        ),
        "test": TypePhrases(
            subject="Testbericht van {business}",
            heading="Het werkt",
            intro="Dit is een testbericht. Zo komen berichten bij uw klanten aan.",
            button="Quittance openen",
            note="Niemand anders heeft het ontvangen.",
            sms=("{business}: dit is een testbericht. Zo komen sms'jes bij uw klanten aan.",),
        ),
    },
)
