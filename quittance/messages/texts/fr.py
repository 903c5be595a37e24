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
    unsubscribe="Ne plus recevoir ces e-mails",
    visits={"one": "({n} visite)", "other": "({n} visites)"},
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
        "payment_link_again": TypePhrases(
            subject="Vous pouvez de nouveau payer {amount} en ligne",
            heading="Le paiement en ligne fonctionne de nouveau",
            intro=(
                "Vous nous aviez demandé de vous prévenir\u202f: vous pouvez de nouveau payer votre rendez-vous en "
                "ligne."
            ),
            button="Voir et payer {amount}",
            note="Aucun compte n’est nécessaire. Ce lien ne vaut que pour votre rendez-vous.",
            sms=(
                "{business} : le paiement en ligne fonctionne de nouveau. Voir et payer {amount} : {link}",
                "Le paiement en ligne fonctionne de nouveau. {amount} : {link}",
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
                    "{business} : vos {amount} sont arrivés après l'annulation. "
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
                "{business} : carte cadeau {amount}, code : {code}",
                "Carte cadeau {amount}, code : {code}",
            ),
        ),
        "membership": TypePhrases(
            subject="{membership}\u202f: votre abonnement chez {business}",
            heading="Votre abonnement est prêt",
            intro="Votre abonnement {membership} {visits} est payé. Vous pouvez l’utiliser jusqu’au {until}.",
            button="",
            note="Venez simplement\u202f: il est enregistré à votre nom.",
            sms=(
                (
                    "{business} : votre abonnement {membership} {visits} est payé et valable jusqu'au {until}. "
                    "Il est enregistré à votre nom."
                ),
                "{business} : {membership} {visits} jusqu'au {until}.",
                "Votre abonnement {membership} {visits} est payé et valable jusqu'au {until}.",
            ),
        ),
        "membership_endless": TypePhrases(
            subject="{membership}\u202f: votre abonnement chez {business}",
            heading="Votre abonnement est prêt",
            intro="Votre abonnement {membership} {visits} est payé. Vous pouvez l’utiliser dès maintenant.",
            button="",
            note="Venez simplement\u202f: il est enregistré à votre nom.",
            sms=(
                (
                    "{business} : votre abonnement {membership} {visits} est payé et utilisable dès maintenant. "
                    "Il est enregistré à votre nom."
                ),
                "{business} : abonnement {membership} {visits} payé.",
                "Votre abonnement {membership} {visits} est payé et utilisable dès maintenant.",
            ),
        ),
        "visit_booked": TypePhrases(
            subject="Votre rendez-vous du {day} est confirmé",
            heading="Votre rendez-vous est confirmé",
            intro="Nous serons ravis de vous accueillir\u202f: {when}.",
            button="",
            note="Vous ne pouvez pas venir\u202f? Merci de nous prévenir dès que possible.",
            sms=(
                "{business} : votre rendez-vous du {when} est confirmé. Vous ne pouvez pas venir ? Appelez le {phone}.",
                "{business} : votre rendez-vous du {when} est confirmé.",
                "Rendez-vous confirmé : {when}.",
            ),
        ),
        "visit_moved": TypePhrases(
            subject="Votre rendez-vous a lieu désormais le {day}",
            heading="Votre rendez-vous a été déplacé",
            intro="Votre rendez-vous a été déplacé. Nouvel horaire\u202f: {when}.",
            button="",
            note="Ce nouvel horaire ne vous convient pas\u202f? Dites-le-nous.",
            sms=(
                (
                    "{business} : votre rendez-vous a été déplacé. Nouvel horaire : {when}. Il ne convient pas ? "
                    "Appelez le {phone}."
                ),
                "{business} : votre rendez-vous a été déplacé. Nouvel horaire : {when}.",
                "Nouvel horaire : {when}.",
            ),
        ),
        "visit_cancelled": TypePhrases(
            subject="Votre rendez-vous du {day} est annulé",
            heading="Votre rendez-vous est annulé",
            intro="Votre rendez-vous du {when} est annulé.",
            button="",
            note="Vous souhaitez un autre rendez-vous\u202f? Appelez-nous ou écrivez-nous.",
            sms=(
                "{business} : votre rendez-vous du {when} est annulé. Pour en reprendre un, appelez le {phone}.",
                "{business} : votre rendez-vous du {when} est annulé.",
                "Rendez-vous annulé : {when}.",
            ),
        ),
        "payment_reminder": TypePhrases(
            subject="Rappel\u202f: {amount} pour votre rendez-vous du {day}",
            heading="Il reste {amount} à régler",
            intro=(
                "Votre rendez-vous n’est pas encore réglé. "
                "Si vous avez payé entre-temps, ne tenez pas compte de cet e-mail."
            ),
            button="Voir et payer {amount}",
            note="Aucun compte n’est nécessaire. Ce lien ne vaut que pour votre rendez-vous.",
            sms=(
                (
                    "{business} : rappel, il reste {amount} à régler pour votre rendez-vous du {when}. "
                    "Voir et payer : {link}"
                ),
                "{business} : rappel, il reste {amount} à régler. Voir et payer : {link}",
                "Rappel, {amount} à payer : {link}",
            ),
        ),
        "link_expiring": TypePhrases(
            subject="Votre lien de paiement expire bientôt\u202f: {amount}",
            heading="{amount} à régler avant le {deadline}",
            intro=(
                "Votre lien de paiement est valable jusqu’au {deadline}. "
                "Ensuite, demandez-nous simplement un nouveau lien."
            ),
            button="Voir et payer {amount}",
            note="Aucun compte n’est nécessaire. Ce lien ne vaut que pour votre rendez-vous.",
            sms=(
                (
                    "{business} : votre lien de paiement de {amount} est valable jusqu'au {deadline}. "
                    "Voir et payer : {link}"
                ),
                "{business} : {amount}, lien valable jusqu'au {deadline} : {link}",
                "{amount} à payer avant le {deadline} : {link}",
            ),
        ),
        "visit_reminder": TypePhrases(
            subject="Rappel\u202f: votre rendez-vous du {day}",
            heading="Nous vous attendons le {day}",
            intro="Nous serons ravis de vous accueillir.",
            button="",
            note="Si vous ne pouvez pas venir, merci de nous prévenir à temps.",
            sms=(
                (
                    "{business} : rappel de votre rendez-vous du {when} avec {staff}. Vous ne pouvez pas venir ? "
                    "Appelez le {phone}."
                ),
                "{business} : rappel de votre rendez-vous du {when}. Vous ne pouvez pas venir ? Appelez-nous.",
                "{business} : rappel de votre rendez-vous du {when}.",
                "Rappel de votre rendez-vous du {when}.",
            ),
        ),
        "desk_code": TypePhrases(
            subject="Votre code\u202f: {code}",
            heading="Votre code\u202f: {code}",
            intro="Saisissez ce code sur la page du QR code de l’accueil\u202f: {code}. Il est valable 10 minutes.",
            button="",
            note="",
            sms=(
                "{business} : votre code pour le QR code de l'accueil est {code}. Il est valable 10 minutes.",
                "Votre code pour le QR code de l'accueil : {code}",
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
