"""Polish."""

from __future__ import annotations

from quittance.messages.texts.phrases import Phrases, TypePhrases

PHRASES = Phrases(
    greeting="Dzień dobry, {client},",
    greeting_without_name="Dzień dobry,",
    visit="Wizyta",
    staff="Prowadzi",
    place="Miejsce",
    amount="Kwota",
    deadline="Zapłata do",
    link_hint="Jeśli przycisk nie działa, proszę otworzyć ten adres:",
    contact="Pytania? Prosimy o telefon pod numer {phone} lub odpowiedź na tę wiadomość.",
    why="Ta wiadomość dotyczy wizyty w {business}.",
    way_paid="kartę lub konto, z których zapłacono",
    unsubscribe="Rezygnacja z takich wiadomości",
    visits={"one": "({n} wizyta)", "few": "({n} wizyty)", "other": "({n} wizyt)"},
    types={
        "payment_link": TypePhrases(
            subject="{amount} za wizytę {day}",
            heading="Do zapłaty: {amount}",
            intro="poniżej jest link do płatności za wizytę. Zapłata zajmuje pół minuty.",
            button="Zobacz i zapłać {amount}",
            note="Konto nie jest potrzebne. Link dotyczy tylko tej wizyty.",
            sms=(
                "{business}: {amount} za wizytę {when}. Szczegóły i płatność: {link}",
                "{business}: {amount} za wizytę. Płatność: {link}",
                "Do zapłaty {amount}: {link}",
            ),
        ),
        "payment_link_again": TypePhrases(
            subject="{amount} można znów zapłacić online",
            heading="Płatność online znów działa",
            intro="zgodnie z prośbą dajemy znać: za wizytę można znów zapłacić online.",
            button="Zobacz i zapłać {amount}",
            note="Konto nie jest potrzebne. Link dotyczy tylko tej wizyty.",
            sms=(
                "{business}: płatność online znów działa. Do zapłaty {amount}: {link}",
                "Płatność online znów działa. {amount}: {link}",
            ),
        ),
        "payment_received": TypePhrases(
            subject="Pokwitowanie: zapłacono {amount}",
            heading="Otrzymaliśmy {amount}. Dziękujemy",
            intro="otrzymaliśmy płatność w kwocie {amount}.",
            button="Zobacz pokwitowanie",
            note="Pokwitowanie pozostaje dostępne pod tym adresem.",
            rest="Pozostaje do zapłaty: {rest}.",
            sms=(
                "{business}: otrzymaliśmy {amount}. Dziękujemy. Pokwitowanie: {link}",
                "Otrzymano {amount}. Pokwitowanie: {link}",
            ),
        ),
        "payment_received_late": TypePhrases(
            subject="Płatność {amount} dotarła po odwołaniu wizyty",
            heading="{amount} dotarło po odwołaniu wizyty",
            intro="płatność w kwocie {amount} dotarła po odwołaniu wizyty. Wiemy o tym i wyjaśnimy to z Państwem.",
            button="Zobacz pokwitowanie",
            note="Nie trzeba nic robić. Pokwitowanie pozostaje dostępne pod tym adresem.",
            sms=(
                "{business}: {amount} dotarło po odwołaniu wizyty. Wyjaśnimy to. Pokwitowanie: {link}",
                "{amount} dotarło po odwołaniu wizyty: {link}",
            ),
        ),
        "payment_received_returns": TypePhrases(
            subject="Zwracamy płatność {amount}",
            heading="Zwracamy {amount}",
            intro="płatność w kwocie {amount} dotarła po odwołaniu wizyty. Wraca na {method}.",
            button="Zobacz stan zwrotu",
            note="Nie trzeba nic robić. Napiszemy ponownie, gdy zwrot zostanie wykonany.",
            sms=(
                "{business}: {amount} dotarło po odwołaniu wizyty i wraca na {method}: {link}",
                "{business}: {amount} dotarło po odwołaniu wizyty. Zwracamy: {link}",
                "{amount} dotarło po odwołaniu wizyty. Zwracamy: {link}",
            ),
        ),
        "refund": TypePhrases(
            subject="Zwrot: {amount} od {business}",
            heading="Zwrócono {amount}",
            intro="zwróciliśmy {amount} na {method}. W banku zwrot widać zwykle w ciągu 5–10 dni.",
            button="Zobacz potwierdzenie zwrotu",
            note="Potwierdzenie zwrotu pozostaje dostępne pod tym adresem.",
            sms=(
                "{business}: zwróciliśmy {amount} na {method}. W banku zwykle w 5-10 dni. Potwierdzenie: {link}",
                "{business}: zwróciliśmy {amount} na {method}. Potwierdzenie: {link}",
                "{business}: zwrócono {amount}. Potwierdzenie: {link}",
                "Zwrócono {amount}. Potwierdzenie: {link}",
            ),
        ),
        "refund_plain": TypePhrases(
            subject="Zwrot: {amount} od {business}",
            heading="Zwrócono {amount}",
            intro="zwróciliśmy {amount} na {method}. W banku zwrot widać zwykle w ciągu 5–10 dni.",
            button="Zobacz wizytę",
            note="Nie trzeba nic robić.",
            sms=(
                "{business}: zwróciliśmy {amount} na {method}. W banku zwykle w 5-10 dni. {link}",
                "{business}: zwrócono {amount}. {link}",
                "Zwrócono {amount}. {link}",
            ),
        ),
        "payment_failed": TypePhrases(
            subject="Płatność {amount} nie doszła do skutku",
            heading="Płatność nie doszła do skutku",
            intro="bank nie potwierdził płatności w kwocie {amount}. Kwota jest znów do zapłaty.",
            button="Zapłać ponownie",
            note="Często pomaga inna karta lub inny sposób płatności.",
            closed="Prosimy o kontakt, aby zapłacić w inny sposób.",
            sms=(
                "{business}: płatność {amount} nie doszła do skutku. Zapłać ponownie: {link}",
                "Płatność {amount} nie doszła do skutku. Ponów: {link}",
            ),
            sms_closed=(
                "{business}: płatność {amount} nie doszła do skutku. Prosimy o kontakt.",
                "Płatność {amount} nie doszła do skutku. Prosimy o kontakt.",
            ),
        ),
        "gift_card": TypePhrases(
            subject="Karta podarunkowa na {amount} od {business}",
            heading="Karta podarunkowa: {amount}",
            intro="oto karta podarunkowa na {amount}. Jej kod to {code}. Jest ważna do {until}.",
            button="Karta podarunkowa (PDF)",
            note=(
                "Aby zapłacić kartą, wystarczy podać kod w recepcji. Kto ma kod, może użyć karty, dlatego warto "
                "go dobrze strzec."
            ),
            sms=(
                "{business}: karta podarunkowa na {amount}, ważna do {until}. Kod do podania w recepcji: {code}",
                "Karta podarunkowa na {amount}, ważna do {until}. Kod: {code}",
                "Karta podarunkowa {amount}, kod: {code}",
            ),
        ),
        "gift_card_endless": TypePhrases(
            subject="Karta podarunkowa na {amount} od {business}",
            heading="Karta podarunkowa: {amount}",
            intro="oto karta podarunkowa na {amount}. Jej kod to {code}.",
            button="Karta podarunkowa (PDF)",
            note=(
                "Aby zapłacić kartą, wystarczy podać kod w recepcji. Kto ma kod, może użyć karty, dlatego warto "
                "go dobrze strzec."
            ),
            sms=(
                "{business}: karta podarunkowa na {amount}. Kod do podania w recepcji: {code}",
                "{business}: karta podarunkowa {amount}, kod: {code}",
                "Karta podarunkowa {amount}, kod: {code}",
            ),
        ),
        "membership": TypePhrases(
            subject="{membership}: karnet w {business}",
            heading="Karnet jest gotowy",
            intro="opłacono: {membership} {visits}. Można korzystać do {until} włącznie.",
            button="",
            note="Wystarczy przyjść: karnet jest zapisany na Państwa nazwisko.",
            sms=(
                (
                    "{business}: opłacono {membership} {visits}, ważność do {until}. "
                    "Karnet jest zapisany na Państwa nazwisko."
                ),
                "{business}: opłacono {membership} {visits} do {until}.",
                "Opłacono {membership} {visits}. Ważność do {until}.",
            ),
        ),
        "membership_endless": TypePhrases(
            subject="{membership}: karnet w {business}",
            heading="Karnet jest gotowy",
            intro="opłacono: {membership} {visits}. Można już korzystać.",
            button="",
            note="Wystarczy przyjść: karnet jest zapisany na Państwa nazwisko.",
            sms=(
                (
                    "{business}: opłacono {membership} {visits}. Można już korzystać. "
                    "Karnet jest zapisany na Państwa nazwisko."
                ),
                "{business}: opłacono {membership} {visits}.",
                "Opłacono {membership} {visits}. Można już korzystać.",
            ),
        ),
        "visit_booked": TypePhrases(
            subject="Wizyta umówiona: {day}",
            heading="Wizyta jest umówiona",
            intro="do zobaczenia: {when}.",
            button="",
            note="Nie mogą Państwo przyjść? Prosimy dać nam znać jak najwcześniej.",
            sms=(
                "{business}: rezerwacja wizyty: {when}. W razie zmian prosimy o telefon: {phone}",
                "{business}: rezerwacja wizyty: {when}.",
                "Rezerwacja: {when}.",
            ),
        ),
        "visit_moved": TypePhrases(
            subject="Nowy termin wizyty: {day}",
            heading="Wizyta ma nowy termin",
            intro="termin wizyty został zmieniony. Nowy termin: {when}.",
            button="",
            note="Nowy termin nie pasuje? Prosimy dać nam znać.",
            sms=(
                "{business}: wizyta ma nowy termin: {when}. Nie pasuje? Prosimy o telefon: {phone}",
                "{business}: nowy termin wizyty: {when}.",
                "Nowy termin: {when}.",
            ),
        ),
        "visit_cancelled": TypePhrases(
            subject="Wizyta {day} została odwołana",
            heading="Wizyta została odwołana",
            intro="wizyta {when} została odwołana.",
            button="",
            note="Potrzebny inny termin? Prosimy zadzwonić lub napisać do nas.",
            sms=(
                "{business}: wizyta {when} jest anulowana. Inny termin? Prosimy o telefon: {phone}",
                "{business}: wizyta {when} jest anulowana.",
                "Anulowano: {when}.",
            ),
        ),
        "payment_reminder": TypePhrases(
            subject="Przypomnienie: {amount} za wizytę {day}",
            heading="Pozostaje do zapłaty: {amount}",
            intro=(
                "wizyta nie jest jeszcze opłacona. "
                "Jeśli płatność została już wykonana, prosimy zignorować tę wiadomość."
            ),
            button="Zobacz i zapłać {amount}",
            note="Konto nie jest potrzebne. Link dotyczy tylko tej wizyty.",
            sms=(
                "{business}: przypominamy o płatności {amount} za wizytę {when}. Szczegóły i płatność: {link}",
                "{business}: przypominamy o płatności {amount}: {link}",
                "Przypomnienie, do zapłaty {amount}: {link}",
            ),
        ),
        "link_expiring": TypePhrases(
            subject="Link do płatności wkrótce wygaśnie: {amount}",
            heading="Prosimy zapłacić {amount} do {deadline}",
            intro="link do płatności działa do {deadline}. Potem można poprosić nas o nowy.",
            button="Zobacz i zapłać {amount}",
            note="Konto nie jest potrzebne. Link dotyczy tylko tej wizyty.",
            sms=(
                "{business}: link do płatności {amount} działa do {deadline}. Szczegóły i płatność: {link}",
                "{business}: {amount}, link ważny do {deadline}: {link}",
                "{amount}, link do {deadline}: {link}",
            ),
        ),
        "visit_reminder": TypePhrases(
            subject="Przypomnienie: wizyta {day}",
            heading="Do zobaczenia: {day}",
            intro="zapraszamy na wizytę.",
            button="",
            note="Jeśli nie mogą Państwo przyjść, prosimy odpowiednio wcześnie dać nam znać.",
            sms=(
                "{business}: przypominamy o wizycie {when}, prowadzi {staff}. W razie zmian prosimy o telefon: {phone}",
                "{business}: przypominamy o wizycie {when}. W razie zmian prosimy o telefon.",
                "{business}: przypominamy o wizycie {when}.",
                "Przypominamy o wizycie {when}.",
            ),
        ),
        "desk_code": TypePhrases(
            subject="Kod: {code}",
            heading="Kod: {code}",
            intro="proszę wpisać ten kod na stronie kodu QR z recepcji: {code}. Jest ważny 10 minut.",
            button="",
            note="",
            sms=(
                "{business}: kod do strony QR w recepcji: {code}. Wygasa za 10 minut.",
                "Kod do strony QR w recepcji: {code}",
            ),
        ),
        "test": TypePhrases(
            subject="Wiadomość testowa od {business}",
            heading="Działa",
            intro="to jest wiadomość testowa. Tak będą wyglądać wiadomości do Państwa klientów.",
            button="Otwórz Quittance",
            note="Nikt inny jej nie otrzymał.",
            sms=("{business}: to wiadomość testowa. Tak będą wyglądać SMS-y do Państwa klientów.",),
        ),
    },
)
