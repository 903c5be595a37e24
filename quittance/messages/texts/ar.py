"""Arabic."""

from __future__ import annotations

from quittance.messages.texts.phrases import Phrases, TypePhrases

PHRASES = Phrases(
    greeting="مرحبًا {client}،",
    greeting_without_name="مرحبًا،",
    visit="موعدكم",
    staff="مع",
    place="المكان",
    amount="المبلغ",
    deadline="الدفع قبل",
    link_hint="إذا لم يعمل الزر، فيُرجى فتح هذا العنوان:",
    contact="هل لديكم سؤال؟ يُرجى الاتصال على {phone} أو الرد على هذه الرسالة.",
    why="وصلتكم هذه الرسالة لأن لديكم موعدًا لدى {business}.",
    way_paid="وسيلة الدفع الأصلية",
    unsubscribe="إيقاف هذه الرسائل",
    visits={"one": "(زيارة واحدة)", "two": "(زيارتان)", "few": "({n} زيارات)", "other": "({n} زيارة)"},
    types={
        "payment_link": TypePhrases(
            subject="مبلغ {amount} لموعدكم {day}",
            heading="المطلوب دفعه: {amount}",
            intro="إليكم رابط الدفع لموعدكم. يستغرق الدفع نصف دقيقة.",
            button="عرض ودفع {amount}",
            note="لا حاجة إلى حساب. الرابط مخصص لموعدكم فقط.",
            sms=(
                "من {business}: مبلغ {amount} لموعدكم {when}. التفاصيل والدفع: {link}",
                "من {business}: مبلغ {amount} لموعدكم. الدفع: {link}",
                "المطلوب دفعه {amount}: {link}",
            ),
        ),
        "payment_link_again": TypePhrases(
            subject="يمكنكم دفع {amount} عبر الإنترنت من جديد",
            heading="عاد الدفع عبر الإنترنت إلى العمل",
            intro="طلبتم منا إبلاغكم: يمكنكم الآن الدفع لموعدكم عبر الإنترنت من جديد.",
            button="عرض ودفع {amount}",
            note="لا حاجة إلى حساب. الرابط مخصص لموعدكم فقط.",
            sms=(
                "من {business}: عاد الدفع عبر الإنترنت إلى العمل. التفاصيل ودفع {amount}: {link}",
                "عاد الدفع عبر الإنترنت إلى العمل. {amount}: {link}",
            ),
        ),
        "payment_received": TypePhrases(
            subject="إيصال: تم دفع {amount}",
            heading="استلمنا {amount}. شكرًا لكم",
            intro="استلمنا دفعتكم بمبلغ {amount}.",
            button="عرض الإيصال",
            note="يبقى الإيصال متاحًا على هذا العنوان.",
            rest="المتبقي للدفع: {rest}.",
            sms=(
                "من {business}: استلمنا {amount}. شكرًا لكم. الإيصال: {link}",
                "استلمنا {amount}. الإيصال: {link}",
            ),
        ),
        "payment_received_late": TypePhrases(
            subject="وصلت دفعتكم بمبلغ {amount} بعد الإلغاء",
            heading="وصل مبلغ {amount} بعد إلغاء موعدكم",
            intro="وصلت دفعتكم بمبلغ {amount} بعد إلغاء موعدكم. نحن على علم بذلك وسنسويه معكم.",
            button="عرض الإيصال",
            note="لا يلزم فعل أي شيء. يبقى الإيصال متاحًا على هذا العنوان.",
            sms=(
                "من {business}: وصل {amount} بعد إلغاء موعدكم. سنسوي ذلك معكم. الإيصال: {link}",
                "وصل {amount} بعد إلغاء موعدكم: {link}",
            ),
        ),
        "payment_received_returns": TypePhrases(
            subject="دفعتكم بمبلغ {amount} تعود إليكم",
            heading="مبلغ {amount} يعود إليكم",
            intro="وصلت دفعتكم بمبلغ {amount} بعد إلغاء موعدكم. سيعود المبلغ إلى {method}.",
            button="عرض حالة الاسترداد",
            note="لا يلزم فعل أي شيء. سنكتب إليكم مجددًا عند إتمام الاسترداد.",
            sms=(
                "من {business}: وصل {amount} بعد إلغاء موعدكم وسيعود إلى {method}: {link}",
                "من {business}: وصل {amount} بعد إلغاء موعدكم وسيعود إليكم: {link}",
                "وصل {amount} بعد إلغاء موعدكم وسيعود إليكم: {link}",
            ),
        ),
        "refund": TypePhrases(
            subject="استرداد: {amount} من {business}",
            heading="أُعيد مبلغ {amount}",
            intro="أعدنا {amount} إلى {method}. تُظهره البنوك عادةً خلال 5 إلى 10 أيام.",
            button="عرض إيصال الاسترداد",
            note="يبقى إيصال الاسترداد متاحًا على هذا العنوان.",
            sms=(
                "من {business}: أعدنا {amount} إلى {method}. تُظهره البنوك خلال 5 إلى 10 أيام. الإيصال: {link}",
                "من {business}: أعدنا {amount} إلى {method}. الإيصال: {link}",
                "من {business}: أُعيد {amount}. الإيصال: {link}",
                "أُعيد {amount}. الإيصال: {link}",
            ),
        ),
        "refund_plain": TypePhrases(
            subject="استرداد: {amount} من {business}",
            heading="أُعيد مبلغ {amount}",
            intro="أعدنا {amount} إلى {method}. تُظهره البنوك عادةً خلال 5 إلى 10 أيام.",
            button="عرض موعدكم",
            note="لا يلزم فعل أي شيء.",
            sms=(
                "من {business}: أعدنا {amount} إلى {method}. تُظهره البنوك خلال 5 إلى 10 أيام. {link}",
                "من {business}: أُعيد {amount}. {link}",
                "أُعيد {amount}. {link}",
            ),
        ),
        "payment_failed": TypePhrases(
            subject="لم تتم دفعتكم بمبلغ {amount}",
            heading="لم يتم الدفع",
            intro="لم يؤكد بنككم دفع {amount}. لا يزال المبلغ مستحقًا.",
            button="الدفع مرة أخرى",
            note="غالبًا ما تفيد بطاقة أخرى أو طريقة دفع أخرى.",
            closed="يُرجى التواصل معنا للدفع بطريقة أخرى.",
            sms=(
                "من {business}: لم تتم دفعتكم بمبلغ {amount}. الدفع مرة أخرى: {link}",
                "لم تتم دفعتكم بمبلغ {amount}. الدفع مجددًا: {link}",
            ),
            sms_closed=(
                "من {business}: لم تتم دفعتكم بمبلغ {amount}. يُرجى التواصل معنا.",
                "لم تتم دفعتكم بمبلغ {amount}. يُرجى التواصل معنا.",
            ),
        ),
        "gift_card": TypePhrases(
            subject="بطاقة هديتكم بقيمة {amount} من {business}",
            heading="بطاقة هدية: {amount}",
            intro="إليكم بطاقة هديتكم بقيمة {amount}. رمزها {code}. وهي صالحة حتى {until}.",
            button="بطاقة الهدية (PDF)",
            note=(
                "للدفع بالبطاقة يُرجى ذكر الرمز عند الاستقبال. كل من لديه الرمز يمكنه استخدام البطاقة، لذا يُرجى "
                "الحفاظ عليه."
            ),
            sms=(
                "من {business}: بطاقة هدية بقيمة {amount} صالحة حتى {until}. اذكروا هذا الرمز عند الاستقبال:\n{code}",
                "بطاقة هدية بقيمة {amount} صالحة حتى {until}. الرمز:\n{code}",
                "بطاقة هدية {amount}، الرمز:\n{code}",
            ),
        ),
        "gift_card_endless": TypePhrases(
            subject="بطاقة هديتكم بقيمة {amount} من {business}",
            heading="بطاقة هدية: {amount}",
            intro="إليكم بطاقة هديتكم بقيمة {amount}. رمزها {code}.",
            button="بطاقة الهدية (PDF)",
            note=(
                "للدفع بالبطاقة يُرجى ذكر الرمز عند الاستقبال. كل من لديه الرمز يمكنه استخدام البطاقة، لذا يُرجى "
                "الحفاظ عليه."
            ),
            sms=(
                "من {business}: بطاقة هدية بقيمة {amount}. اذكروا هذا الرمز عند الاستقبال:\n{code}",
                "من {business}: بطاقة هدية {amount}، الرمز:\n{code}",
                "بطاقة هدية {amount}، الرمز:\n{code}",
            ),
        ),
        "membership": TypePhrases(
            subject="عضويتكم لدى {business}: {membership}",
            heading="عضويتكم جاهزة",
            intro="العضوية {membership} {visits} مدفوعة وصالحة حتى {until}.",
            button="",
            note="يكفي حضوركم: العضوية مسجلة باسمكم.",
            sms=(
                "من {business}: العضوية {membership} {visits} مدفوعة وصالحة حتى {until}، وهي مسجلة باسمكم.",
                "من {business}: عضوية {membership} {visits} حتى {until}.",
                "العضوية {membership} {visits} مدفوعة وصالحة حتى {until}.",
            ),
        ),
        "membership_endless": TypePhrases(
            subject="عضويتكم لدى {business}: {membership}",
            heading="عضويتكم جاهزة",
            intro="العضوية {membership} {visits} مدفوعة وجاهزة للاستخدام.",
            button="",
            note="يكفي حضوركم: العضوية مسجلة باسمكم.",
            sms=(
                "من {business}: العضوية {membership} {visits} مدفوعة وجاهزة للاستخدام، وهي مسجلة باسمكم.",
                "من {business}: العضوية {membership} {visits} مدفوعة.",
                "العضوية {membership} {visits} مدفوعة وجاهزة للاستخدام.",
            ),
        ),
        "visit_booked": TypePhrases(
            subject="تم حجز موعدكم {day}",
            heading="تم حجز موعدكم",
            intro="نتطلع إلى رؤيتكم: {when}.",
            button="",
            note="تعذّر عليكم الحضور؟ يُرجى إبلاغنا في أقرب وقت ممكن.",
            sms=(
                "من {business}: تم حجز موعدكم: {when}. تعذّر الحضور؟ يُرجى الاتصال على:\n{phone}",
                "من {business}: تم حجز موعدكم: {when}.",
                "تم حجز موعدكم: {when}.",
            ),
        ),
        "visit_moved": TypePhrases(
            subject="أصبح موعدكم {day}",
            heading="تغيّر وقت موعدكم",
            intro="تم تغيير موعدكم. الوقت الجديد: {when}.",
            button="",
            note="الوقت الجديد لا يناسبكم؟ يُرجى إبلاغنا.",
            sms=(
                "من {business}: تم تغيير موعدكم. الوقت الجديد: {when}. لا يناسبكم؟ يُرجى الاتصال على:\n{phone}",
                "من {business}: موعدكم الجديد: {when}.",
                "الوقت الجديد لموعدكم: {when}.",
            ),
        ),
        "visit_cancelled": TypePhrases(
            subject="أُلغي موعدكم {day}",
            heading="أُلغي موعدكم",
            intro="أُلغي موعدكم ({when}).",
            button="",
            note="هل ترغبون في موعد آخر؟ يُرجى الاتصال بنا أو الكتابة إلينا.",
            sms=(
                "من {business}: أُلغي موعدكم ({when}). لموعد آخر يُرجى الاتصال على:\n{phone}",
                "من {business}: أُلغي موعدكم ({when}).",
                "أُلغي موعدكم ({when}).",
            ),
        ),
        "payment_reminder": TypePhrases(
            subject="تذكير: مبلغ {amount} لموعدكم {day}",
            heading="المتبقي للدفع: {amount}",
            intro="لم يتم الدفع لموعدكم بعد. إذا كنتم قد دفعتم في هذه الأثناء، فيُرجى تجاهل هذه الرسالة.",
            button="عرض ودفع {amount}",
            note="لا حاجة إلى حساب. الرابط مخصص لموعدكم فقط.",
            sms=(
                "من {business}: تذكير، المتبقي لموعدكم {when} هو {amount}. التفاصيل والدفع: {link}",
                "من {business}: تذكير، المتبقي للدفع {amount}. التفاصيل والدفع: {link}",
                "تذكير، المطلوب دفعه {amount}: {link}",
            ),
        ),
        "link_expiring": TypePhrases(
            subject="رابط الدفع ينتهي قريبًا: {amount}",
            heading="يُرجى دفع {amount} قبل {deadline}",
            intro="رابط الدفع صالح حتى {deadline}. بعد ذلك يُرجى طلب رابط جديد منا.",
            button="عرض ودفع {amount}",
            note="لا حاجة إلى حساب. الرابط مخصص لموعدكم فقط.",
            sms=(
                "من {business}: رابط دفع {amount} صالح حتى {deadline}. التفاصيل والدفع: {link}",
                "من {business}: ادفعوا {amount} قبل {deadline}: {link}",
                "المطلوب دفعه {amount} قبل {deadline}: {link}",
            ),
        ),
        "visit_reminder": TypePhrases(
            subject="تذكير: موعدكم {day}",
            heading="نراكم {day}",
            intro="نتطلع إلى زيارتكم.",
            button="",
            note="إذا تعذّر عليكم الحضور، فيُرجى إبلاغنا في الوقت المناسب.",
            sms=(
                "من {business}: تذكير بموعدكم {when} مع {staff}. تعذّر الحضور؟ يُرجى الاتصال على:\n{phone}",
                "من {business}: تذكير بموعدكم {when}. تعذّر الحضور؟ يُرجى الاتصال بنا.",
                "من {business}: تذكير بموعدكم {when}.",
                "تذكير بموعدكم {when}.",
            ),
        ),
        "desk_code": TypePhrases(
            subject="رمزكم: {code}",
            heading="رمزكم: {code}",
            intro="يُرجى كتابة هذا الرمز في الصفحة التي يفتحها رمز QR عند الاستقبال: {code}. وهو صالح لمدة 10 دقائق.",
            button="",
            note="",
            sms=(
                "من {business}: رمزكم لصفحة QR عند الاستقبال، صالح 10 دقائق:\n{code}",
                "رمزكم لصفحة QR عند الاستقبال:\n{code}",
            ),
        ),
        "test": TypePhrases(
            subject="رسالة تجريبية من {business}",
            heading="كل شيء يعمل",
            intro="هذه رسالة تجريبية. هكذا ستصل الرسائل إلى عملائكم.",
            button="فتح Quittance",
            note="لم تصل إلى أي شخص آخر.",
            sms=("من {business}: هذه رسالة تجريبية. هكذا ستصل الرسائل القصيرة إلى عملائكم.",),
        ),
    },
)
