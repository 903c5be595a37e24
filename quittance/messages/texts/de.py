"""German."""

from __future__ import annotations

from quittance.messages.texts.phrases import Phrases, TypePhrases

PHRASES = Phrases(
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
    way_paid="Ihr ursprüngliches Zahlungsmittel",
    unsubscribe="Keine solchen E-Mails mehr",
    visits={"one": "({n} Besuch)", "other": "({n} Besuche)"},
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
        "payment_link_again": TypePhrases(
            subject="Sie können {amount} wieder online bezahlen",
            heading="Die Online-Zahlung funktioniert wieder",
            intro="Sie wollten Bescheid bekommen: Sie können Ihren Termin jetzt wieder online bezahlen.",
            button="{amount} ansehen und bezahlen",
            note="Sie brauchen kein Konto. Der Link gilt nur für Ihren Termin.",
            sms=(
                "{business}: Die Online-Zahlung funktioniert wieder. {amount} ansehen und bezahlen: {link}",
                "Online-Zahlung geht wieder. {amount}: {link}",
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
        "payment_received_late": TypePhrases(
            subject="Ihre Zahlung über {amount} kam nach der Absage an",
            heading="{amount} kamen nach der Absage Ihres Termins an",
            intro=(
                "Ihre Zahlung über {amount} kam an, nachdem Ihr Termin abgesagt war. "
                "Wir wissen davon und klären das mit Ihnen."
            ),
            button="Beleg ansehen",
            note="Sie brauchen nichts zu tun. Der Beleg bleibt unter dieser Adresse verfügbar.",
            sms=(
                (
                    "{business}: Ihre {amount} kamen nach der Absage Ihres Termins an. "
                    "Wir klären das mit Ihnen. Beleg: {link}"
                ),
                "{amount} kamen nach der Absage Ihres Termins an: {link}",
            ),
        ),
        "payment_received_returns": TypePhrases(
            subject="Ihre Zahlung über {amount} geht an Sie zurück",
            heading="{amount} gehen an Sie zurück",
            intro=("Ihre Zahlung über {amount} kam an, nachdem Ihr Termin abgesagt war. Sie geht zurück auf {method}."),
            button="Stand ansehen",
            note="Sie brauchen nichts zu tun. Wir schreiben Ihnen, sobald erstattet ist.",
            sms=(
                (
                    "{business}: Ihre {amount} kamen nach der Absage Ihres Termins an und gehen zurück "
                    "auf {method}: {link}"
                ),
                "{business}: Ihre {amount} kamen nach der Absage an und gehen an Sie zurück: {link}",
                "{amount} kamen nach der Absage an und gehen an Sie zurück: {link}",
            ),
        ),
        "refund": TypePhrases(
            subject="Erstattung: {amount} von {business}",
            heading="{amount} erstattet",
            intro=(
                "wir haben {amount} auf {method} erstattet. Banken zeigen das meist innerhalb von 5 bis 10 Tagen an."
            ),
            button="Erstattungsbeleg ansehen",
            note="Der Erstattungsbeleg bleibt unter dieser Adresse verfügbar.",
            sms=(
                (
                    "{business}: Wir haben {amount} auf {method} erstattet. "
                    "Banken zeigen das meist in 5 bis 10 Tagen. Beleg: {link}"
                ),
                "{business}: Wir haben {amount} auf {method} erstattet. Beleg: {link}",
                "{business}: {amount} erstattet. Beleg: {link}",
                "{amount} erstattet. Beleg: {link}",
            ),
        ),
        "refund_plain": TypePhrases(
            subject="Erstattung: {amount} von {business}",
            heading="{amount} erstattet",
            intro=(
                "wir haben {amount} auf {method} erstattet. Banken zeigen das meist innerhalb von 5 bis 10 Tagen an."
            ),
            button="Termin ansehen",
            note="Sie brauchen nichts zu tun.",
            sms=(
                "{business}: Wir haben {amount} auf {method} erstattet. Banken zeigen es in 5 bis 10 Tagen. {link}",
                "{business}: {amount} erstattet. {link}",
                "{amount} erstattet. {link}",
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
        "gift_card": TypePhrases(
            subject="Ihr Gutschein über {amount} von {business}",
            heading="Gutschein: {amount}",
            intro="Hier ist Ihr Gutschein über {amount}. Sein Code ist {code}. Er gilt bis {until}.",
            button="Gutschein als PDF",
            note=(
                "Nennen Sie den Code am Empfang, um damit zu zahlen. "
                "Wer den Code hat, kann den Gutschein einlösen: Bewahren Sie ihn gut auf."
            ),
            sms=(
                "{business}: Ihr Gutschein über {amount}, gültig bis {until}. Code für den Empfang: {code}",
                "Ihr Gutschein über {amount}, gültig bis {until}. Code: {code}",
                "Gutschein {amount}, Code: {code}",
            ),
        ),
        "gift_card_endless": TypePhrases(
            subject="Ihr Gutschein über {amount} von {business}",
            heading="Gutschein: {amount}",
            intro="Hier ist Ihr Gutschein über {amount}. Sein Code ist {code}.",
            button="Gutschein als PDF",
            note=(
                "Nennen Sie den Code am Empfang, um damit zu zahlen. "
                "Wer den Code hat, kann den Gutschein einlösen: Bewahren Sie ihn gut auf."
            ),
            sms=(
                "{business}: Ihr Gutschein über {amount}. Code für den Empfang: {code}",
                "{business}: Gutschein {amount}, Code: {code}",
                "Gutschein {amount}, Code: {code}",
            ),
        ),
        "membership": TypePhrases(
            subject="{membership}: Ihre Mitgliedschaft bei {business}",
            heading="Ihre Mitgliedschaft ist bereit",
            intro="{membership} {visits} ist bezahlt und gilt bis {until}.",
            button="",
            note="Kommen Sie einfach: Sie ist unter Ihrem Namen hinterlegt.",
            sms=(
                "{business}: {membership} {visits} ist bezahlt und gilt bis {until}. Hinterlegt unter Ihrem Namen.",
                "{business}: {membership} {visits} bis {until}.",
                "{membership} {visits} ist bezahlt und gilt bis {until}.",
            ),
        ),
        "membership_endless": TypePhrases(
            subject="{membership}: Ihre Mitgliedschaft bei {business}",
            heading="Ihre Mitgliedschaft ist bereit",
            intro="{membership} {visits} ist bezahlt und gilt ab sofort.",
            button="",
            note="Kommen Sie einfach: Sie ist unter Ihrem Namen hinterlegt.",
            sms=(
                "{business}: {membership} {visits} ist bezahlt und gilt ab sofort. Hinterlegt unter Ihrem Namen.",
                "{business}: {membership} {visits} ist bezahlt.",
                "{membership} {visits} ist bezahlt und gilt ab sofort.",
            ),
        ),
        "visit_booked": TypePhrases(
            subject="Ihr Termin am {day} ist gebucht",
            heading="Ihr Termin ist gebucht",
            intro="wir freuen uns auf Sie: {when}.",
            button="",
            note="Sie sind verhindert? Bitte sagen Sie uns so früh wie möglich Bescheid.",
            sms=(
                "{business}: Ihr Termin ist gebucht: {when}. Verhindert? Bitte rufen Sie an: {phone}",
                "{business}: Ihr Termin ist gebucht: {when}.",
                "Gebucht: {when}.",
            ),
        ),
        "visit_moved": TypePhrases(
            subject="Ihr Termin ist jetzt am {day}",
            heading="Ihr Termin wurde verschoben",
            intro="Ihr Termin wurde verschoben. Die neue Zeit: {when}.",
            button="",
            note="Die neue Zeit passt Ihnen nicht? Bitte sagen Sie uns Bescheid.",
            sms=(
                "{business}: Ihr Termin wurde verschoben. Neue Zeit: {when}. Passt nicht? Bitte rufen Sie an: {phone}",
                "{business}: Ihr Termin wurde verschoben. Neue Zeit: {when}.",
                "Neue Zeit: {when}.",
            ),
        ),
        "visit_cancelled": TypePhrases(
            subject="Ihr Termin am {day} ist abgesagt",
            heading="Ihr Termin ist abgesagt",
            intro="Ihr Termin, {when}, ist abgesagt.",
            button="",
            note="Sie möchten einen anderen Termin? Rufen Sie uns an oder schreiben Sie uns.",
            sms=(
                "{business}: Ihr Termin, {when}, ist abgesagt. Für einen neuen Termin: {phone}",
                "{business}: Ihr Termin, {when}, ist abgesagt.",
                "Abgesagt: {when}.",
            ),
        ),
        "payment_reminder": TypePhrases(
            subject="Erinnerung: {amount} für Ihren Termin am {day}",
            heading="{amount} noch zu zahlen",
            intro=(
                "Ihr Termin ist noch nicht bezahlt. "
                "Wenn Sie inzwischen gezahlt haben, ist diese E-Mail für Sie erledigt."
            ),
            button="Ansehen und {amount} zahlen",
            note="Sie brauchen kein Konto. Der Link gilt nur für Ihren Termin.",
            sms=(
                "{business}: Erinnerung, {amount} für Ihren Termin am {when} sind noch offen. Zahlen: {link}",
                "{business}: Erinnerung, {amount} sind noch offen. Ansehen und zahlen: {link}",
                "Erinnerung, {amount} zu zahlen: {link}",
            ),
        ),
        "link_expiring": TypePhrases(
            subject="Ihr Zahlungslink endet bald: {amount}",
            heading="{amount} zahlbar bis {deadline}",
            intro=("Ihr Zahlungslink gilt bis {deadline}. Danach bitten Sie uns einfach um einen neuen."),
            button="Ansehen und {amount} zahlen",
            note="Sie brauchen kein Konto. Der Link gilt nur für Ihren Termin.",
            sms=(
                "{business}: Ihr Zahlungslink über {amount} gilt bis {deadline}. Ansehen und zahlen: {link}",
                "{business}: {amount}, Link gilt bis {deadline}: {link}",
                "{amount} zu zahlen bis {deadline}: {link}",
            ),
        ),
        "visit_reminder": TypePhrases(
            subject="Erinnerung: Ihr Termin am {day}",
            heading="Bis {day}",
            intro="wir freuen uns auf Ihren Besuch.",
            button="",
            note="Wenn Sie nicht kommen können, sagen Sie uns bitte rechtzeitig Bescheid.",
            sms=(
                "{business}: Erinnerung an Ihren Termin am {when} bei {staff}. Verhindert? Bitte anrufen: {phone}",
                "{business}: Erinnerung an Ihren Termin am {when}. Verhindert? Bitte rufen Sie uns an.",
                "{business}: Erinnerung an Ihren Termin am {when}.",
                "Erinnerung an Ihren Termin am {when}.",
            ),
        ),
        "desk_code": TypePhrases(
            subject="Ihr Code: {code}",
            heading="Ihr Code: {code}",
            intro="Geben Sie diesen Code auf der Seite des QR-Codes am Empfang ein: {code}. Er gilt 10 Minuten.",
            button="",
            note="",
            sms=(
                "{business}: Ihr Code für den QR-Code am Empfang ist {code}. Er gilt 10 Minuten.",
                "Ihr Code für den QR-Code am Empfang: {code}",
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
