"""Italian: *Lei*, with a capital where it speaks to the client."""

from __future__ import annotations

from quittance.messages.texts.phrases import Phrases, TypePhrases

PHRASES = Phrases(
    greeting="Buongiorno {client},",
    greeting_without_name="Buongiorno,",
    visit="Il Suo appuntamento",
    staff="Con",
    place="Dove",
    amount="Importo",
    deadline="Da pagare entro",
    link_hint="Se il pulsante non funziona, apra questo indirizzo:",
    contact="Domande? Chiami il {phone} oppure risponda a questa e-mail.",
    why="Riceve questa e-mail perché ha un appuntamento da {business}.",
    way_paid="lo stesso metodo usato per pagare",
    unsubscribe="Non ricevere più queste e-mail",
    visits={"one": "({n} appuntamento)", "other": "({n} appuntamenti)"},
    types={
        "payment_link": TypePhrases(
            subject="{amount} per il Suo appuntamento di {day}",
            heading="{amount} da pagare",
            intro="ecco il link per pagare il Suo appuntamento. Basta mezzo minuto.",
            button="Vedi e paga {amount}",
            note="Non serve alcun account. Il link vale solo per il Suo appuntamento.",
            sms=(
                "{business}: {amount} per il Suo appuntamento di {when}. Vedi e paga: {link}",
                "{business}: {amount} per il Suo appuntamento. Paga: {link}",
                "{amount} da pagare: {link}",
            ),
        ),
        "payment_link_again": TypePhrases(
            subject="Può di nuovo pagare {amount} online",
            heading="Il pagamento online funziona di nuovo",
            intro="ci aveva chiesto di avvisarLa: può di nuovo pagare online il Suo appuntamento.",
            button="Vedi e paga {amount}",
            note="Non serve alcun account. Il link vale solo per il Suo appuntamento.",
            sms=(
                "{business}: il pagamento online funziona di nuovo. Vedi e paga {amount}: {link}",
                "Il pagamento online funziona di nuovo. {amount}: {link}",
            ),
        ),
        "payment_received": TypePhrases(
            subject="Ricevuta: {amount} pagati",
            heading="{amount} ricevuti. Grazie",
            intro="abbiamo ricevuto il Suo pagamento di {amount}.",
            button="Vedi la ricevuta",
            note="La ricevuta resta disponibile a questo indirizzo.",
            rest="Restano da pagare {rest}.",
            sms=(
                "{business}: abbiamo ricevuto {amount}. Grazie. Ricevuta: {link}",
                "{amount} ricevuti. Ricevuta: {link}",
            ),
        ),
        "payment_received_late": TypePhrases(
            subject="Il Suo pagamento di {amount} è arrivato dopo l’annullamento",
            heading="{amount} arrivati dopo l’annullamento del Suo appuntamento",
            intro=(
                "il Suo pagamento di {amount} è arrivato dopo l’annullamento del Suo appuntamento. "
                "Ne siamo al corrente e provvederemo insieme a Lei."
            ),
            button="Vedi la ricevuta",
            note="Non deve fare nulla. La ricevuta resta disponibile a questo indirizzo.",
            sms=(
                (
                    "{business}: i Suoi {amount} sono arrivati dopo l'annullamento. "
                    "Provvederemo insieme a Lei. Ricevuta: {link}"
                ),
                "{amount} arrivati dopo l'annullamento del Suo appuntamento: {link}",
            ),
        ),
        "payment_received_returns": TypePhrases(
            subject="Il Suo pagamento di {amount} Le viene restituito",
            heading="{amount} Le vengono restituiti",
            intro=(
                "il Suo pagamento di {amount} è arrivato dopo l’annullamento del Suo appuntamento. "
                "Le viene restituito tramite {method}."
            ),
            button="Vedi a che punto è",
            note="Non deve fare nulla. Le scriveremo a rimborso avvenuto.",
            sms=(
                (
                    "{business}: i Suoi {amount} sono arrivati dopo l'annullamento dell'appuntamento. "
                    "Le vengono restituiti tramite {method}: {link}"
                ),
                "{business}: i Suoi {amount}, arrivati dopo l'annullamento, Le vengono restituiti: {link}",
                "{amount}, arrivati dopo l'annullamento, Le vengono restituiti: {link}",
            ),
        ),
        "refund": TypePhrases(
            subject="Rimborso: {amount} da {business}",
            heading="{amount} rimborsati",
            intro="abbiamo rimborsato {amount} tramite {method}. Di solito l’importo compare sul conto in 5–10 giorni.",
            button="Vedi la ricevuta di rimborso",
            note="La ricevuta di rimborso resta disponibile a questo indirizzo.",
            sms=(
                (
                    "{business}: abbiamo rimborsato {amount} tramite {method}. "
                    "Di solito sul conto entro 5-10 giorni. Ricevuta: {link}"
                ),
                "{business}: abbiamo rimborsato {amount} tramite {method}. Ricevuta: {link}",
                "{business}: {amount} rimborsati. Ricevuta: {link}",
                "{amount} rimborsati. Ricevuta: {link}",
            ),
        ),
        "refund_plain": TypePhrases(
            subject="Rimborso: {amount} da {business}",
            heading="{amount} rimborsati",
            intro="abbiamo rimborsato {amount} tramite {method}. Di solito l’importo compare sul conto in 5–10 giorni.",
            button="Vedi il Suo appuntamento",
            note="Non deve fare nulla.",
            sms=(
                (
                    "{business}: abbiamo rimborsato {amount} tramite {method}. "
                    "Di solito sul conto entro 5-10 giorni. {link}"
                ),
                "{business}: {amount} rimborsati. {link}",
                "{amount} rimborsati. {link}",
            ),
        ),
        "payment_failed": TypePhrases(
            subject="Il Suo pagamento di {amount} non è andato a buon fine",
            heading="Il pagamento non è andato a buon fine",
            intro="la Sua banca non ha confermato il pagamento di {amount}. L’importo è di nuovo da pagare.",
            button="Paga di nuovo",
            note="Spesso basta un’altra carta o un altro metodo di pagamento.",
            closed="Ci contatti per pagare in un altro modo.",
            sms=(
                "{business}: il Suo pagamento di {amount} non è andato a buon fine. Riprovi: {link}",
                "Il Suo pagamento di {amount} non è andato a buon fine. Riprovi: {link}",
            ),
            sms_closed=(
                "{business}: il Suo pagamento di {amount} non è andato a buon fine. Ci contatti, per favore.",
                "Il Suo pagamento di {amount} non è andato a buon fine. Ci contatti, per favore.",
            ),
        ),
        "gift_card": TypePhrases(
            subject="Il Suo buono regalo di {amount} da {business}",
            heading="Buono regalo: {amount}",
            intro="ecco il Suo buono regalo di {amount}. Il codice è {code}. È valido fino al {until}.",
            button="Buono regalo in PDF",
            note=(
                "Comunichi il codice alla reception per pagare con il buono. "
                "Chi ha il codice può usarlo: lo conservi con cura."
            ),
            sms=(
                "{business}: il Suo buono regalo di {amount}, valido fino al {until}. Codice per la reception: {code}",
                "Il Suo buono regalo di {amount}, valido fino al {until}. Codice: {code}",
                "Buono regalo {amount}, codice: {code}",
            ),
        ),
        "gift_card_endless": TypePhrases(
            subject="Il Suo buono regalo di {amount} da {business}",
            heading="Buono regalo: {amount}",
            intro="ecco il Suo buono regalo di {amount}. Il codice è {code}.",
            button="Buono regalo in PDF",
            note=(
                "Comunichi il codice alla reception per pagare con il buono. "
                "Chi ha il codice può usarlo: lo conservi con cura."
            ),
            sms=(
                "{business}: il Suo buono regalo di {amount}. Codice per la reception: {code}",
                "{business}: buono regalo {amount}, codice: {code}",
                "Buono regalo {amount}, codice: {code}",
            ),
        ),
        "membership": TypePhrases(
            subject="{membership}: il Suo abbonamento da {business}",
            heading="Il Suo abbonamento è pronto",
            intro="il Suo abbonamento {membership} {visits} è pagato e pronto all’uso fino al {until}.",
            button="",
            note="Basta venire: è registrato a Suo nome.",
            sms=(
                (
                    "{business}: il Suo abbonamento {membership} {visits} è pagato e pronto all'uso fino al {until}. "
                    "Registrato a Suo nome."
                ),
                "{business}: {membership} {visits} fino al {until}.",
                "Il Suo abbonamento {membership} {visits} è pagato e pronto all'uso fino al {until}.",
            ),
        ),
        "membership_endless": TypePhrases(
            subject="{membership}: il Suo abbonamento da {business}",
            heading="Il Suo abbonamento è pronto",
            intro="il Suo abbonamento {membership} {visits} è pagato e pronto all’uso.",
            button="",
            note="Basta venire: è registrato a Suo nome.",
            sms=(
                (
                    "{business}: il Suo abbonamento {membership} {visits} è pagato e pronto all'uso. "
                    "Registrato a Suo nome."
                ),
                "{business}: abbonamento {membership} {visits} pagato.",
                "Il Suo abbonamento {membership} {visits} è pagato e pronto all'uso.",
            ),
        ),
        "visit_booked": TypePhrases(
            subject="Il Suo appuntamento di {day} è confermato",
            heading="Il Suo appuntamento è confermato",
            intro="La aspettiamo: {when}.",
            button="",
            note="Non può venire? Ci avvisi il prima possibile.",
            sms=(
                "{business}: il Suo appuntamento di {when} è confermato. Non può venire? Chiami il {phone}.",
                "{business}: il Suo appuntamento di {when} è confermato.",
                "Appuntamento confermato: {when}.",
            ),
        ),
        "visit_moved": TypePhrases(
            subject="Il Suo appuntamento è ora {day}",
            heading="Il Suo appuntamento è stato spostato",
            intro="il Suo appuntamento è stato spostato. Nuovo orario: {when}.",
            button="",
            note="Il nuovo orario non va bene? Ce lo faccia sapere.",
            sms=(
                (
                    "{business}: il Suo appuntamento è stato spostato. Nuovo orario: {when}. Non va bene? "
                    "Chiami il {phone}."
                ),
                "{business}: il Suo appuntamento è stato spostato. Nuovo orario: {when}.",
                "Nuovo orario: {when}.",
            ),
        ),
        "visit_cancelled": TypePhrases(
            subject="Il Suo appuntamento di {day} è annullato",
            heading="Il Suo appuntamento è annullato",
            intro="il Suo appuntamento di {when} è annullato.",
            button="",
            note="Desidera un altro appuntamento? Ci chiami o ci scriva.",
            sms=(
                "{business}: il Suo appuntamento di {when} è annullato. Per fissarne un altro chiami il {phone}.",
                "{business}: il Suo appuntamento di {when} è annullato.",
                "Appuntamento annullato: {when}.",
            ),
        ),
        "payment_reminder": TypePhrases(
            subject="Promemoria: {amount} per il Suo appuntamento di {day}",
            heading="Ancora da pagare: {amount}",
            intro=(
                "il Suo appuntamento non è ancora pagato. "
                "Se nel frattempo ha già pagato, non tenga conto di questa e-mail."
            ),
            button="Vedi e paga {amount}",
            note="Non serve alcun account. Il link vale solo per il Suo appuntamento.",
            sms=(
                (
                    "{business}: promemoria, restano da pagare {amount} per il Suo appuntamento di {when}. "
                    "Vedi e paga: {link}"
                ),
                "{business}: promemoria, restano da pagare {amount}. Vedi e paga: {link}",
                "Promemoria, {amount} da pagare: {link}",
            ),
        ),
        "link_expiring": TypePhrases(
            subject="Il Suo link di pagamento scade presto: {amount}",
            heading="{amount} da pagare entro {deadline}",
            intro="il Suo link di pagamento vale fino a {deadline}. Dopo, basta chiedercene uno nuovo.",
            button="Vedi e paga {amount}",
            note="Non serve alcun account. Il link vale solo per il Suo appuntamento.",
            sms=(
                "{business}: il Suo link per pagare {amount} vale fino a {deadline}. Vedi e paga: {link}",
                "{business}: {amount}, link valido fino a {deadline}: {link}",
                "{amount} da pagare entro {deadline}: {link}",
            ),
        ),
        "visit_reminder": TypePhrases(
            subject="Promemoria: il Suo appuntamento di {day}",
            heading="La aspettiamo {day}",
            intro="saremo lieti di accoglierLa.",
            button="",
            note="Se non può venire, ci avvisi per tempo.",
            sms=(
                "{business}: promemoria del Suo appuntamento di {when} con {staff}. Non può venire? Chiami il {phone}.",
                "{business}: promemoria del Suo appuntamento di {when}. Non può venire? Ci chiami.",
                "{business}: promemoria del Suo appuntamento di {when}.",
                "Promemoria del Suo appuntamento di {when}.",
            ),
        ),
        "desk_code": TypePhrases(
            subject="Il Suo codice: {code}",
            heading="Il Suo codice: {code}",
            intro="inserisca questo codice nella pagina del QR della reception: {code}. Vale 10 minuti.",
            button="",
            note="",
            sms=(
                "{business}: il Suo codice per il QR della reception è {code}. Vale 10 minuti.",
                "Il Suo codice per il QR della reception: {code}",
            ),
        ),
        "test": TypePhrases(
            subject="Messaggio di prova da {business}",
            heading="Funziona",
            intro="questo è un messaggio di prova. Così arriveranno i messaggi ai Suoi clienti.",
            button="Apri Quittance",
            note="Nessun altro lo ha ricevuto.",
            sms=("{business}: questo è un messaggio di prova. Così arriveranno gli SMS ai Suoi clienti.",),
        ),
    },
)
