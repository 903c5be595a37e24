"""Portuguese as in Europe, the client as *o senhor* without saying it: verbs in the third person, *o seu*.

SMS keep to the phone alphabet where the words allow it: it has à and é, but neither ã nor ç.
"""

from __future__ import annotations

from quittance.messages.texts.phrases import Phrases, TypePhrases

PHRASES = Phrases(
    greeting="Olá {client},",
    greeting_without_name="Olá,",
    visit="A sua marcação",
    staff="Com",
    place="Local",
    amount="Valor",
    deadline="Pagar até",
    link_hint="Se o botão não funcionar, abra este endereço:",
    contact="Dúvidas? Ligue para {phone} ou responda a este e-mail.",
    why="Recebe este e-mail porque tem uma marcação em {business}.",
    way_paid="o meio de pagamento original",
    unsubscribe="Não receber mais estes e-mails",
    visits={"one": "({n} visita)", "other": "({n} visitas)"},
    types={
        "payment_link": TypePhrases(
            subject="{amount} da sua marcação de {day}",
            heading="{amount} a pagar",
            intro="Este é o link de pagamento da sua marcação. Pagar demora meio minuto.",
            button="Ver e pagar {amount}",
            note="Não precisa de conta. O link serve apenas para a sua marcação.",
            sms=(
                "{business}: {amount} da sua visita de {when}. Ver e pagar: {link}",
                "{business}: {amount} da sua visita. Pagar: {link}",
                "{amount} a pagar: {link}",
            ),
        ),
        "payment_link_again": TypePhrases(
            subject="Já pode voltar a pagar {amount} online",
            heading="O pagamento online voltou a funcionar",
            intro="Pediu-nos um aviso: já pode voltar a pagar a sua marcação online.",
            button="Ver e pagar {amount}",
            note="Não precisa de conta. O link serve apenas para a sua marcação.",
            sms=(
                "{business}: o pagamento online voltou a funcionar. Ver e pagar {amount}: {link}",
                "O pagamento online voltou a funcionar. {amount}: {link}",
            ),
        ),
        "payment_received": TypePhrases(
            subject="Recibo: {amount} pagos",
            heading="{amount} recebidos. Obrigado",
            intro="Recebemos o seu pagamento de {amount}.",
            button="Ver o recibo",
            note="O recibo continua disponível neste endereço.",
            rest="Ainda por pagar: {rest}.",
            sms=(
                "{business}: recebemos {amount}. Obrigado. Recibo: {link}",
                "{amount} recebidos. Recibo: {link}",
            ),
        ),
        "payment_received_late": TypePhrases(
            subject="O seu pagamento de {amount} chegou depois do cancelamento",
            heading="{amount} chegaram depois de a sua marcação ter sido cancelada",
            intro=(
                "O seu pagamento de {amount} chegou depois de a sua marcação ter sido cancelada. "
                "Temos conhecimento e vamos resolver isto consigo."
            ),
            button="Ver o recibo",
            note="Não precisa de fazer nada. O recibo continua disponível neste endereço.",
            sms=(
                (
                    "{business}: os seus {amount} chegaram depois do cancelamento da visita. "
                    "Vamos resolver isto consigo. Recibo: {link}"
                ),
                "{amount} chegaram depois do cancelamento da visita: {link}",
            ),
        ),
        "payment_received_returns": TypePhrases(
            subject="O seu pagamento de {amount} é-lhe devolvido",
            heading="{amount} são-lhe devolvidos",
            intro=(
                "O seu pagamento de {amount} chegou depois de a sua marcação ter sido cancelada. "
                "É devolvido para {method}."
            ),
            button="Ver o ponto da situação",
            note="Não precisa de fazer nada. Voltamos a escrever quando estiver reembolsado.",
            sms=(
                "{business}: os seus {amount} chegaram depois do cancelamento. Devolvemos para {method}: {link}",
                "{business}: os seus {amount} chegaram depois do cancelamento. Vamos devolver: {link}",
                "{amount} chegaram depois do cancelamento. Vamos devolver: {link}",
            ),
        ),
        "refund": TypePhrases(
            subject="Reembolso: {amount} de {business}",
            heading="{amount} reembolsados",
            intro="Reembolsámos {amount} para {method}. Os bancos costumam mostrá-lo no prazo de 5 a 10 dias.",
            button="Ver o recibo de reembolso",
            note="O recibo de reembolso continua disponível neste endereço.",
            sms=(
                (
                    "{business}: {amount} reembolsados para {method}. "
                    "Os bancos costumam mostrar em 5 a 10 dias. Recibo: {link}"
                ),
                "{business}: {amount} reembolsados para {method}. Recibo: {link}",
                "{business}: {amount} reembolsados. Recibo: {link}",
                "{amount} reembolsados. Recibo: {link}",
            ),
        ),
        "refund_plain": TypePhrases(
            subject="Reembolso: {amount} de {business}",
            heading="{amount} reembolsados",
            intro="Reembolsámos {amount} para {method}. Os bancos costumam mostrá-lo no prazo de 5 a 10 dias.",
            button="Ver a sua marcação",
            note="Não precisa de fazer nada.",
            sms=(
                "{business}: {amount} reembolsados para {method}. Os bancos costumam mostrar em 5 a 10 dias. {link}",
                "{business}: {amount} reembolsados. {link}",
                "{amount} reembolsados. {link}",
            ),
        ),
        "payment_failed": TypePhrases(
            subject="O seu pagamento de {amount} não foi concluído",
            heading="O pagamento não foi concluído",
            intro="O seu banco não confirmou o pagamento de {amount}. O valor está de novo por pagar.",
            button="Pagar de novo",
            note="Muitas vezes ajuda usar outro cartão ou outro meio de pagamento.",
            closed="Por favor, contacte-nos para pagar de outra forma.",
            sms=(
                "{business}: o seu pagamento de {amount} falhou. Pagar de novo: {link}",
                "O seu pagamento de {amount} falhou. Pagar de novo: {link}",
            ),
            sms_closed=(
                "{business}: o seu pagamento de {amount} falhou. Por favor, contacte-nos.",
                "O seu pagamento de {amount} falhou. Por favor, contacte-nos.",
            ),
        ),
        "gift_card": TypePhrases(
            subject="O seu cartão-presente de {amount} de {business}",
            heading="Cartão-presente: {amount}",
            intro="Aqui está o seu cartão-presente de {amount}. O código é {code}. É válido até {until}.",
            button="Cartão-presente em PDF",
            note="Indique o código na receção para pagar. Quem tiver o código pode usar o cartão: guarde-o bem.",
            sms=(
                "{business}: o seu cartão-presente de {amount}, válido até {until}. Código para a receção: {code}",
                "O seu cartão-presente de {amount}, válido até {until}. Código: {code}",
                "Cartão-presente {amount}, código: {code}",
            ),
        ),
        "gift_card_endless": TypePhrases(
            subject="O seu cartão-presente de {amount} de {business}",
            heading="Cartão-presente: {amount}",
            intro="Aqui está o seu cartão-presente de {amount}. O código é {code}.",
            button="Cartão-presente em PDF",
            note="Indique o código na receção para pagar. Quem tiver o código pode usar o cartão: guarde-o bem.",
            sms=(
                "{business}: o seu cartão-presente de {amount}. Código para a receção: {code}",
                "{business}: cartão-presente {amount}, código: {code}",
                "Cartão-presente {amount}, código: {code}",
            ),
        ),
        "membership": TypePhrases(
            subject="{membership}: a sua assinatura em {business}",
            heading="A sua assinatura está pronta",
            intro="A sua assinatura {membership} {visits} está paga e pronta a usar até {until}.",
            button="",
            note="Basta vir: está registada em seu nome.",
            sms=(
                (
                    "{business}: a sua assinatura {membership} {visits} foi paga e pode usar-se até {until}. "
                    "Fica registada em seu nome."
                ),
                "{business}: {membership} {visits} até {until}.",
                "A sua assinatura {membership} {visits} foi paga e pode usar-se até {until}.",
            ),
        ),
        "membership_endless": TypePhrases(
            subject="{membership}: a sua assinatura em {business}",
            heading="A sua assinatura está pronta",
            intro="A sua assinatura {membership} {visits} está paga e pronta a usar.",
            button="",
            note="Basta vir: está registada em seu nome.",
            sms=(
                (
                    "{business}: a sua assinatura {membership} {visits} foi paga e pode usar-se desde agora. "
                    "Fica registada em seu nome."
                ),
                "{business}: assinatura {membership} {visits} paga.",
                "A sua assinatura {membership} {visits} foi paga e pode usar-se desde agora.",
            ),
        ),
        "visit_booked": TypePhrases(
            subject="A sua marcação de {day} está confirmada",
            heading="A sua marcação está confirmada",
            intro="Contamos consigo: {when}.",
            button="",
            note="Não pode vir? Por favor, avise-nos o mais cedo possível.",
            sms=(
                "{business}: a sua visita de {when} foi confirmada. Tem algum impedimento? Ligue para {phone}.",
                "{business}: a sua visita de {when} foi confirmada.",
                "Visita confirmada: {when}.",
            ),
        ),
        "visit_moved": TypePhrases(
            subject="A sua marcação passou para {day}",
            heading="A sua marcação tem um novo horário",
            intro="A sua marcação foi alterada. Passou para {when}.",
            button="",
            note="O novo horário não lhe dá jeito? Por favor, diga-nos.",
            sms=(
                "{business}: a sua visita foi alterada. Passou para {when}. Tem algum impedimento? Ligue para {phone}.",
                "{business}: a sua visita foi alterada. Passou para {when}.",
                "Nova hora: {when}.",
            ),
        ),
        "visit_cancelled": TypePhrases(
            subject="A sua marcação de {day} foi cancelada",
            heading="A sua marcação foi cancelada",
            intro="A sua marcação de {when} foi cancelada.",
            button="",
            note="Deseja outra marcação? Ligue-nos ou escreva-nos.",
            sms=(
                "{business}: a sua visita de {when} foi cancelada. Para marcar outra, ligue para {phone}.",
                "{business}: a sua visita de {when} foi cancelada.",
                "Visita cancelada: {when}.",
            ),
        ),
        "payment_reminder": TypePhrases(
            subject="Lembrete: {amount} da sua marcação de {day}",
            heading="{amount} ainda por pagar",
            intro="A sua marcação ainda não está paga. Se entretanto já pagou, ignore este e-mail.",
            button="Ver e pagar {amount}",
            note="Não precisa de conta. O link serve apenas para a sua marcação.",
            sms=(
                "{business}: lembrete, ainda tem {amount} por pagar da sua visita de {when}. Ver e pagar: {link}",
                "{business}: lembrete, ainda tem {amount} por pagar. Ver e pagar: {link}",
                "Lembrete, {amount} por pagar: {link}",
            ),
        ),
        "link_expiring": TypePhrases(
            subject="O seu link de pagamento expira em breve: {amount}",
            heading="Pague {amount} até {deadline}",
            intro="O seu link de pagamento funciona até {deadline}. Depois disso, peça-nos um novo.",
            button="Ver e pagar {amount}",
            note="Não precisa de conta. O link serve apenas para a sua marcação.",
            sms=(
                "{business}: o seu link para pagar {amount} funciona até {deadline}. Ver e pagar: {link}",
                "{business}: {amount}, link até {deadline}: {link}",
                "{amount} a pagar até {deadline}: {link}",
            ),
        ),
        "visit_reminder": TypePhrases(
            subject="Lembrete: a sua marcação de {day}",
            heading="Até {day}",
            intro="Contamos com a sua visita.",
            button="",
            note="Se não puder vir, por favor avise-nos a tempo.",
            sms=(
                "{business}: lembrete da sua visita de {when} com {staff}. Tem algum impedimento? Ligue para {phone}.",
                "{business}: lembrete da sua visita de {when}. Tem algum impedimento? Ligue-nos.",
                "{business}: lembrete da sua visita de {when}.",
                "Lembrete da sua visita de {when}.",
            ),
        ),
        "desk_code": TypePhrases(
            subject="O seu código: {code}",
            heading="O seu código: {code}",
            intro="Introduza este código na página do QR da receção: {code}. É válido durante 10 minutos.",
            button="",
            note="",
            sms=(
                "{business}: código {code} para o QR da receção. Vale 10 minutos.",
                "Código para o QR da receção: {code}",
            ),
        ),
        "test": TypePhrases(
            subject="Mensagem de teste de {business}",
            heading="Funciona",
            intro="Esta é uma mensagem de teste. É assim que as mensagens chegam aos seus clientes.",
            button="Abrir o Quittance",
            note="Mais ninguém a recebeu.",
            sms=("{business}: esta é uma mensagem de teste. É assim que os SMS chegam aos seus clientes.",),
        ),
    },
)
