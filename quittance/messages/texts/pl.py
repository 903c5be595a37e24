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
                "Karta podarunkowa {amount}, kod: {code}",
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
