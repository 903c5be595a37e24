"""German."""

from __future__ import annotations

from quittance.messages.texts.phrases import Phrases, TypePhrases

GERMAN = Phrases(
    greeting="Guten Tag {client},",
    greeting_without_name="Guten Tag,",
    visit="Ihr Termin",
    staff="Bei",
    place="Ort",
    amount="Betrag",
    deadline="Zahlbar bis",
    link_hint="Falls die Schaltfläche nicht funktioniert, öffnen Sie diese Adresse:",
    contact="Fragen? Rufen Sie uns an unter {phone} oder antworten Sie auf diese E-Mail.",
    why="Sie erhalten diese E-Mail, weil Sie einen Termin bei {business} haben.",
    types={
        "payment_link": TypePhrases(
            subject="{amount} für Ihren Termin am {day}",
            heading="{amount} zu zahlen",
            intro="hier ist der Zahlungslink für Ihren Termin. Das Zahlen dauert eine halbe Minute.",
            button="Ansehen und {amount} zahlen",
            note="Sie brauchen kein Konto. Der Link gilt nur für Ihren Termin.",
            sms=(
                "{business}: {amount} für Ihren Termin am {when}. Ansehen und zahlen: {link}",
                "{business}: {amount} für Ihren Termin. Zahlen: {link}",
                "{amount} zu zahlen: {link}",
            ),
        ),
        "payment_received": TypePhrases(
            subject="Beleg: {amount} bezahlt",
            heading="{amount} erhalten. Vielen Dank",
            intro="wir haben Ihre Zahlung über {amount} erhalten.",
            button="Beleg ansehen",
            note="Der Beleg bleibt unter dieser Adresse verfügbar.",
            rest="Noch zu zahlen: {rest}.",
            sms=(
                "{business}: Wir haben {amount} erhalten. Vielen Dank. Beleg: {link}",
                "{amount} erhalten. Beleg: {link}",
            ),
        ),
        "payment_failed": TypePhrases(
            subject="Ihre Zahlung über {amount} ist nicht zustande gekommen",
            heading="Die Zahlung ist nicht zustande gekommen",
            intro="Ihre Bank hat die Zahlung über {amount} nicht bestätigt. Der Betrag ist wieder offen.",
            button="Erneut zahlen",
            note="Oft hilft eine andere Karte oder ein anderer Zahlungsweg.",
            closed="Bitte melden Sie sich bei uns, um auf anderem Weg zu zahlen.",
            sms=(
                "{business}: Ihre Zahlung über {amount} ist nicht zustande gekommen. Erneut zahlen: {link}",
                "Ihre Zahlung über {amount} ist fehlgeschlagen. Erneut zahlen: {link}",
            ),
            sms_closed=(
                "{business}: Ihre Zahlung über {amount} ist nicht zustande gekommen. Bitte melden Sie sich bei uns.",
                "Ihre Zahlung über {amount} ist fehlgeschlagen. Bitte melden Sie sich bei uns.",
            ),
        ),
        "test": TypePhrases(
            subject="Testnachricht von {business}",
            heading="Es funktioniert",
            intro="dies ist eine Testnachricht. So kommen Nachrichten bei Ihrer Kundschaft an.",
            button="Quittance öffnen",
            note="Sonst hat sie niemand erhalten.",
            sms=("{business}: Dies ist eine Testnachricht. So kommen SMS bei Ihrer Kundschaft an.",),
        ),
    },
)
