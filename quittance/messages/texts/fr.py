"""French: *vous*, a narrow no-break space before double signs. SMS keep to the phone alphabet: no ç, no ê."""

from __future__ import annotations

from quittance.messages.texts.phrases import Phrases, TypePhrases

PHRASES = Phrases(
    greeting="Bonjour {client},",
    greeting_without_name="Bonjour,",
    visit="Votre rendez-vous",
    staff="Avec",
    place="Lieu",
    amount="Montant",
    deadline="À régler avant le",
    link_hint="Si le bouton ne fonctionne pas, ouvrez cette adresse\u202f:",
    contact="Une question\u202f? Appelez le {phone} ou répondez à cet e-mail.",
    why="Vous recevez cet e-mail car vous avez un rendez-vous chez {business}.",
    way_paid="votre moyen de paiement d’origine",
    types={
        "payment_link": TypePhrases(
            subject="{amount} pour votre rendez-vous du {day}",
            heading="{amount} à régler",
            intro="Voici le lien de paiement pour votre rendez-vous. Le paiement prend trente secondes.",
            button="Voir et payer {amount}",
            note="Aucun compte n’est nécessaire. Ce lien ne vaut que pour votre rendez-vous.",
            sms=(
                "{business} : {amount} pour votre rendez-vous du {when}. Voir et payer : {link}",
                "{business} : {amount} pour votre rendez-vous. Payer : {link}",
                "{amount} à payer : {link}",
            ),
        ),
        "payment_received": TypePhrases(
            subject="Reçu\u202f: {amount} payés",
            heading="Nous avons bien reçu {amount}. Merci",
            intro="Nous avons bien reçu votre paiement de {amount}.",
            button="Voir le reçu",
            note="Le reçu reste disponible à cette adresse.",
            rest="Reste à payer\u202f: {rest}.",
            sms=(
                "{business} : paiement de {amount} bien arrivé. Merci. Justificatif : {link}",
                "{amount} payés. Justificatif : {link}",
            ),
        ),
        "payment_received_late": TypePhrases(
            subject="Votre paiement de {amount} est arrivé après l’annulation",
            heading="{amount} arrivés après l’annulation de votre rendez-vous",
            intro=(
                "Votre paiement de {amount} est arrivé après l’annulation de votre rendez-vous. "
                "Nous le savons et réglerons cela avec vous."
            ),
            button="Voir le reçu",
            note="Vous n’avez rien à faire. Le reçu reste disponible à cette adresse.",
            sms=(
                (
                    "{business} : vos {amount} sont arrivés après l'annulation de votre rendez-vous. "
                    "Nous réglerons cela avec vous. Justificatif : {link}"
                ),
                "{amount} arrivés après l'annulation de votre rendez-vous : {link}",
            ),
        ),
        "payment_received_returns": TypePhrases(
            subject="Votre paiement de {amount} vous est remboursé",
            heading="{amount} vous sont remboursés",
            intro=(
                "Votre paiement de {amount} est arrivé après l’annulation de votre rendez-vous. "
                "Il vous est remboursé sur {method}."
            ),
            button="Suivre le remboursement",
            note="Vous n’avez rien à faire. Nous vous écrirons dès que le remboursement sera effectué.",
            sms=(
                (
                    "{business} : vos {amount} sont arrivés après l'annulation de votre rendez-vous. "
                    "Remboursement sur {method} : {link}"
                ),
                "{business} : vos {amount}, arrivés après l'annulation du rendez-vous, vous sont remboursés : {link}",
                "{amount}, arrivés après l'annulation du rendez-vous, vous sont remboursés : {link}",
            ),
        ),
        "refund": TypePhrases(
            subject="Remboursement\u202f: {amount} de {business}",
            heading="{amount} remboursés",
            intro=(
                "Nous avons remboursé {amount} sur {method}. "
                "La somme apparaît généralement sur votre compte sous 5 à 10 jours."
            ),
            button="Voir le justificatif",
            note="Le justificatif de remboursement reste disponible à cette adresse.",
            sms=(
                (
                    "{business} : nous avons remboursé {amount} sur {method}. "
                    "Visible en banque sous 5 à 10 jours. Justificatif : {link}"
                ),
                "{business} : nous avons remboursé {amount} sur {method}. Justificatif : {link}",
                "{business} : {amount} remboursés. Justificatif : {link}",
                "{amount} remboursés. Justificatif : {link}",
            ),
        ),
        "refund_plain": TypePhrases(
            subject="Remboursement\u202f: {amount} de {business}",
            heading="{amount} remboursés",
            intro=(
                "Nous avons remboursé {amount} sur {method}. "
                "La somme apparaît généralement sur votre compte sous 5 à 10 jours."
            ),
            button="Voir votre rendez-vous",
            note="Vous n’avez rien à faire.",
            sms=(
                "{business} : nous avons remboursé {amount} sur {method}. Visible en banque sous 5 à 10 jours. {link}",
                "{business} : {amount} remboursés. {link}",
                "{amount} remboursés. {link}",
            ),
        ),
        "payment_failed": TypePhrases(
            subject="Votre paiement de {amount} n’a pas abouti",
            heading="Le paiement n’a pas abouti",
            intro="Votre banque n’a pas confirmé le paiement de {amount}. Cette somme reste à régler.",
            button="Payer de nouveau",
            note="Une autre carte ou un autre moyen de paiement résout souvent le problème.",
            closed="Merci de nous contacter pour payer autrement.",
            sms=(
                "{business} : votre paiement de {amount} n'a pas abouti. Réessayer : {link}",
                "Votre paiement de {amount} n'a pas abouti. Réessayer : {link}",
            ),
            sms_closed=(
                "{business} : votre paiement de {amount} n'a pas abouti. Merci de nous contacter.",
                "Votre paiement de {amount} n'a pas abouti. Merci de nous contacter.",
            ),
        ),
        "gift_card": TypePhrases(
            subject="Votre carte cadeau de {amount} chez {business}",
            heading="Carte cadeau\u202f: {amount}",
            intro="Voici votre carte cadeau de {amount}. Son code est {code}. Elle est valable jusqu’au {until}.",
            button="Carte cadeau en PDF",
            note=(
                "Donnez le code à l’accueil pour payer avec la carte. "
                "Toute personne qui a le code peut l’utiliser\u202f: conservez-le en lieu sûr."
            ),
            sms=(
                (
                    "{business} : votre carte cadeau de {amount}, valable jusqu'au {until}. "
                    "Code à donner à l'accueil : {code}"
                ),
                "Votre carte cadeau de {amount}, valable jusqu'au {until}. Code : {code}",
                "Carte cadeau {amount}, code : {code}",
            ),
        ),
        "gift_card_endless": TypePhrases(
            subject="Votre carte cadeau de {amount} chez {business}",
            heading="Carte cadeau\u202f: {amount}",
            intro="Voici votre carte cadeau de {amount}. Son code est {code}.",
            button="Carte cadeau en PDF",
            note=(
                "Donnez le code à l’accueil pour payer avec la carte. "
                "Toute personne qui a le code peut l’utiliser\u202f: conservez-le en lieu sûr."
            ),
            sms=(
                "{business} : votre carte cadeau de {amount}. Code à donner à l'accueil : {code}",
                "Carte cadeau {amount}, code : {code}",
            ),
        ),
        "test": TypePhrases(
            subject="Message d’essai de {business}",
            heading="Tout fonctionne",
            intro="Ceci est un message d’essai. Vos clients recevront vos messages sous cette forme.",
            button="Ouvrir Quittance",
            note="Personne d’autre ne l’a reçu.",
            sms=("{business} : ceci est un message d'essai. Vos clients recevront vos SMS sous cette forme.",),
        ),
    },
)
