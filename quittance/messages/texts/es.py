"""Spanish: *usted*. SMS keep to the phone alphabet where the words allow it: of the accented vowels it has only é."""

from __future__ import annotations

from quittance.messages.texts.phrases import Phrases, TypePhrases

PHRASES = Phrases(
    greeting="Hola, {client}:",
    greeting_without_name="Hola:",
    visit="Su cita",
    staff="Con",
    place="Lugar",
    amount="Importe",
    deadline="Pagar antes del",
    link_hint="Si el botón no funciona, abra esta dirección:",
    contact="¿Alguna pregunta? Llame al {phone} o responda a este correo.",
    why="Recibe este correo porque tiene una cita en {business}.",
    way_paid="su medio de pago original",
    unsubscribe="No recibir más estos correos",
    visits={"one": "({n} visita)", "other": "({n} visitas)"},
    types={
        "payment_link": TypePhrases(
            subject="{amount} por su cita del {day}",
            heading="{amount} por pagar",
            intro="Este es el enlace de pago de su cita. Pagar lleva medio minuto.",
            button="Ver y pagar {amount}",
            note="No necesita ninguna cuenta. El enlace solo sirve para su cita.",
            sms=(
                "{business}: {amount} por su cita del {when}. Ver y pagar: {link}",
                "{business}: {amount} por su cita. Pagar: {link}",
                "{amount} por pagar: {link}",
            ),
        ),
        "payment_link_again": TypePhrases(
            subject="Ya puede volver a pagar {amount} en línea",
            heading="El pago en línea vuelve a funcionar",
            intro="Nos pidió que le avisáramos: ya puede volver a pagar su cita en línea.",
            button="Ver y pagar {amount}",
            note="No necesita ninguna cuenta. El enlace solo sirve para su cita.",
            sms=(
                "{business}: el pago por internet vuelve a funcionar. Ver y pagar {amount}: {link}",
                "El pago por internet vuelve a funcionar. {amount}: {link}",
            ),
        ),
        "payment_received": TypePhrases(
            subject="Recibo: {amount} pagados",
            heading="Hemos recibido {amount}. Gracias",
            intro="Hemos recibido su pago de {amount}.",
            button="Ver el recibo",
            note="El recibo sigue disponible en esta dirección.",
            rest="Quedan por pagar {rest}.",
            sms=(
                "{business}: hemos recibido {amount}. Gracias. Recibo: {link}",
                "{amount} recibidos. Recibo: {link}",
            ),
        ),
        "payment_received_late": TypePhrases(
            subject="Su pago de {amount} llegó después de la cancelación",
            heading="{amount} llegaron después de cancelarse su cita",
            intro="Su pago de {amount} llegó después de cancelarse su cita. Lo sabemos y lo resolveremos con usted.",
            button="Ver el recibo",
            note="No tiene que hacer nada. El recibo sigue disponible en esta dirección.",
            sms=(
                (
                    "{business}: sus {amount} llegaron con la cita ya cancelada. "
                    "Lo resolveremos con usted. Recibo: {link}"
                ),
                "{amount} llegaron con la cita ya cancelada: {link}",
            ),
        ),
        "payment_received_returns": TypePhrases(
            subject="Le devolvemos su pago de {amount}",
            heading="Le devolvemos {amount}",
            intro="Su pago de {amount} llegó después de cancelarse su cita. Se le devuelve a {method}.",
            button="Ver cómo va",
            note="No tiene que hacer nada. Le escribiremos cuando se haya reembolsado.",
            sms=(
                "{business}: sus {amount} llegaron con la cita ya cancelada. Se devuelven a {method}: {link}",
                "{business}: sus {amount} llegaron con la cita ya cancelada y se le devuelven: {link}",
                "{amount} llegaron con la cita ya cancelada y se le devuelven: {link}",
            ),
        ),
        "refund": TypePhrases(
            subject="Reembolso: {amount} de {business}",
            heading="{amount} reembolsados",
            intro="Hemos reembolsado {amount} a {method}. Los bancos suelen mostrarlo en un plazo de 5 a 10 días.",
            button="Ver el comprobante",
            note="El comprobante de reembolso sigue disponible en esta dirección.",
            sms=(
                (
                    "{business}: hemos reembolsado {amount} a {method}. "
                    "El banco suele mostrarlo entre 5 y 10 días después. Comprobante: {link}"
                ),
                "{business}: hemos reembolsado {amount} a {method}. Comprobante: {link}",
                "{business}: {amount} reembolsados. Comprobante: {link}",
                "{amount} reembolsados. Comprobante: {link}",
            ),
        ),
        "refund_plain": TypePhrases(
            subject="Reembolso: {amount} de {business}",
            heading="{amount} reembolsados",
            intro="Hemos reembolsado {amount} a {method}. Los bancos suelen mostrarlo en un plazo de 5 a 10 días.",
            button="Ver su cita",
            note="No tiene que hacer nada.",
            sms=(
                (
                    "{business}: hemos reembolsado {amount} a {method}. "
                    "El banco suele mostrarlo entre 5 y 10 días después. {link}"
                ),
                "{business}: {amount} reembolsados. {link}",
                "{amount} reembolsados. {link}",
            ),
        ),
        "payment_failed": TypePhrases(
            subject="Su pago de {amount} no se ha completado",
            heading="El pago no se ha completado",
            intro="Su banco no ha confirmado el pago de {amount}. El importe vuelve a estar pendiente.",
            button="Pagar de nuevo",
            note="A menudo ayuda usar otra tarjeta u otro medio de pago.",
            closed="Póngase en contacto con nosotros para pagar de otra manera.",
            sms=(
                "{business}: su pago de {amount} no se ha completado. Pagar de nuevo: {link}",
                "Su pago de {amount} no se ha completado. Pagar de nuevo: {link}",
            ),
            sms_closed=(
                "{business}: su pago de {amount} no se ha completado. Por favor, contacte con nosotros.",
                "Su pago de {amount} no se ha completado. Por favor, contacte con nosotros.",
            ),
        ),
        "gift_card": TypePhrases(
            subject="Su tarjeta regalo de {amount} de {business}",
            heading="Tarjeta regalo: {amount}",
            intro="Aquí tiene su tarjeta regalo de {amount}. Su código es {code}. Es válida hasta el {until}.",
            button="Tarjeta regalo en PDF",
            note="Dé el código en recepción para pagar. Quien tenga el código puede usar la tarjeta: guárdelo bien.",
            sms=(
                "{business}: su tarjeta regalo de {amount}, válida hasta el {until}. Código para recepción: {code}",
                "Su tarjeta regalo de {amount}, válida hasta el {until}. Código: {code}",
                "Tarjeta regalo {amount}, código: {code}",
            ),
        ),
        "gift_card_endless": TypePhrases(
            subject="Su tarjeta regalo de {amount} de {business}",
            heading="Tarjeta regalo: {amount}",
            intro="Aquí tiene su tarjeta regalo de {amount}. Su código es {code}.",
            button="Tarjeta regalo en PDF",
            note="Dé el código en recepción para pagar. Quien tenga el código puede usar la tarjeta: guárdelo bien.",
            sms=(
                "{business}: su tarjeta regalo de {amount}. Código para recepción: {code}",
                "{business}: tarjeta regalo {amount}, código: {code}",
                "Tarjeta regalo {amount}, código: {code}",
            ),
        ),
        "membership": TypePhrases(
            subject="{membership}: su abono en {business}",
            heading="Su abono está listo",
            intro="Su abono {membership} {visits} está pagado y listo para usar hasta el {until}.",
            button="",
            note="Solo tiene que venir: está a su nombre.",
            sms=(
                (
                    "{business}: su abono {membership} {visits} queda pagado y listo para usar hasta el {until}. "
                    "Va a su nombre."
                ),
                "{business}: {membership} {visits} hasta el {until}.",
                "Su abono {membership} {visits} queda pagado y listo para usar hasta el {until}.",
            ),
        ),
        "membership_endless": TypePhrases(
            subject="{membership}: su abono en {business}",
            heading="Su abono está listo",
            intro="Su abono {membership} {visits} está pagado y listo para usar.",
            button="",
            note="Solo tiene que venir: está a su nombre.",
            sms=(
                "{business}: su abono {membership} {visits} queda pagado y listo para usar. Va a su nombre.",
                "{business}: abono {membership} {visits} pagado.",
                "Su abono {membership} {visits} queda pagado y listo para usar.",
            ),
        ),
        "visit_booked": TypePhrases(
            subject="Su cita del {day} está confirmada",
            heading="Su cita está confirmada",
            intro="Le esperamos: {when}.",
            button="",
            note="¿No puede venir? Avísenos lo antes posible, por favor.",
            sms=(
                "{business}: su cita del {when} queda confirmada. ¿No puede venir? Llame al {phone}.",
                "{business}: su cita del {when} queda confirmada.",
                "Cita confirmada: {when}.",
            ),
        ),
        "visit_moved": TypePhrases(
            subject="Su cita es ahora el {day}",
            heading="Su cita ha cambiado de hora",
            intro="Su cita ha cambiado. Ahora es el {when}.",
            button="",
            note="¿No le viene bien el nuevo horario? Díganoslo, por favor.",
            sms=(
                "{business}: su cita ha cambiado. Ahora es el {when}. ¿No le viene bien? Llame al {phone}.",
                "{business}: su cita ha cambiado. Ahora es el {when}.",
                "Cita cambiada: {when}.",
            ),
        ),
        "visit_cancelled": TypePhrases(
            subject="Su cita del {day} se ha cancelado",
            heading="Su cita se ha cancelado",
            intro="Su cita del {when} se ha cancelado.",
            button="",
            note="¿Desea otra cita? Llámenos o escríbanos.",
            sms=(
                "{business}: su cita del {when} se ha cancelado. Para pedir otra, llame al {phone}.",
                "{business}: su cita del {when} se ha cancelado.",
                "Cita cancelada: {when}.",
            ),
        ),
        "payment_reminder": TypePhrases(
            subject="Recordatorio: {amount} por su cita del {day}",
            heading="Quedan {amount} por pagar",
            intro="Su cita aún no está pagada. Si ya ha pagado entretanto, no tenga en cuenta este correo.",
            button="Ver y pagar {amount}",
            note="No necesita ninguna cuenta. El enlace solo sirve para su cita.",
            sms=(
                "{business}: le recordamos que quedan {amount} por pagar de su cita del {when}. Ver y pagar: {link}",
                "{business}: le recordamos que quedan {amount} por pagar. Ver y pagar: {link}",
                "Recordatorio, {amount} por pagar: {link}",
            ),
        ),
        "link_expiring": TypePhrases(
            subject="Su enlace de pago caduca pronto: {amount}",
            heading="Pague {amount} antes del {deadline}",
            intro="Su enlace de pago funciona hasta el {deadline}. Después, pídanos uno nuevo, por favor.",
            button="Ver y pagar {amount}",
            note="No necesita ninguna cuenta. El enlace solo sirve para su cita.",
            sms=(
                "{business}: su enlace de pago de {amount} funciona hasta el {deadline}. Ver y pagar: {link}",
                "{business}: {amount}, enlace hasta el {deadline}: {link}",
                "{amount} por pagar hasta el {deadline}: {link}",
            ),
        ),
        "visit_reminder": TypePhrases(
            subject="Recordatorio: su cita del {day}",
            heading="Le esperamos el {day}",
            intro="Será un placer recibirle.",
            button="",
            note="Si no puede venir, avísenos con tiempo, por favor.",
            sms=(
                "{business}: le recordamos su cita del {when} con {staff}. ¿No puede venir? Llame al {phone}.",
                "{business}: le recordamos su cita del {when}. ¿No puede venir? Avise por favor.",
                "{business}: le recordamos su cita del {when}.",
                "Le recordamos su cita del {when}.",
            ),
        ),
        "desk_code": TypePhrases(
            subject="Su código: {code}",
            heading="Su código: {code}",
            intro="Escriba este código en la página del QR de recepción: {code}. Vale 10 minutos.",
            button="",
            note="",
            sms=(
                "{business}: código {code} para el QR de recepción. Vale 10 minutos.",
                "Código para el QR de recepción: {code}",
            ),
        ),
        "test": TypePhrases(
            subject="Mensaje de prueba de {business}",
            heading="Funciona",
            intro="Este es un mensaje de prueba. Así llegarán los mensajes a sus clientes.",
            button="Abrir Quittance",
            note="No lo ha recibido nadie más.",
            sms=("{business}: este es un mensaje de prueba. Así llegarán los SMS a sus clientes.",),
        ),
    },
)
