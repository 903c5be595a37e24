"""Turkish."""

from __future__ import annotations

from quittance.messages.texts.phrases import Phrases, TypePhrases

PHRASES = Phrases(
    greeting="Merhaba {client},",
    greeting_without_name="Merhaba,",
    visit="Randevunuz",
    staff="Görevli",
    place="Yer",
    amount="Tutar",
    deadline="Son ödeme",
    link_hint="Düğme çalışmazsa bu adresi açın:",
    contact="Sorunuz mu var? Bizi {phone} numarasından arayın veya bu e-postayı yanıtlayın.",
    why="Bu e-postayı {business} işletmesinde randevunuz olduğu için aldınız.",
    way_paid="ödemede kullandığınız yöntem",
    unsubscribe="Bu e-postaları artık almak istemiyorum",
    visits={"other": "({n} randevu)"},
    types={
        "payment_link": TypePhrases(
            subject="{day} randevunuz için {amount}",
            heading="Ödenecek tutar: {amount}",
            intro="Randevunuzun ödeme bağlantısı aşağıda. Ödeme yarım dakika sürer.",
            button="Gör ve öde: {amount}",
            note="Hesap açmanız gerekmez. Bağlantı yalnızca sizin randevunuz içindir.",
            sms=(
                "{business}: {when} randevunuz için {amount}. Ayrıntılar ve ödeme: {link}",
                "{business}: randevunuz için {amount}. Ödeme: {link}",
                "Ödenecek {amount}: {link}",
            ),
        ),
        "payment_link_again": TypePhrases(
            subject="{amount} tutarını yeniden çevrim içi ödeyebilirsiniz",
            heading="Çevrim içi ödeme yeniden çalışıyor",
            intro="Haber vermemizi istemiştiniz: randevunuzu yeniden çevrim içi ödeyebilirsiniz.",
            button="Gör ve öde: {amount}",
            note="Hesap açmanız gerekmez. Bağlantı yalnızca sizin randevunuz içindir.",
            sms=(
                "{business}: çevrim içi ödeme yeniden çalışıyor. {amount} ödemesi: {link}",
                "Çevrim içi ödeme yeniden çalışıyor. {amount}: {link}",
            ),
        ),
        "payment_received": TypePhrases(
            subject="Makbuz: {amount} ödendi",
            heading="{amount} alındı. Teşekkür ederiz",
            intro="{amount} tutarındaki ödemenizi aldık.",
            button="Makbuzu gör",
            note="Makbuz bu adreste kalır.",
            rest="Kalan tutar: {rest}.",
            sms=(
                "{business}: {amount} ödemenizi aldık. Teşekkür ederiz. Makbuz: {link}",
                "{amount} alındı. Makbuz: {link}",
            ),
        ),
        "payment_received_late": TypePhrases(
            subject="{amount} tutarındaki ödemeniz iptalden sonra ulaştı",
            heading="{amount} randevunuz iptal edildikten sonra ulaştı",
            intro=(
                "{amount} tutarındaki ödemeniz randevunuz iptal edildikten sonra ulaştı. Bunu biliyoruz ve "
                "sizinle birlikte çözeceğiz."
            ),
            button="Makbuzu gör",
            note="Bir şey yapmanıza gerek yok. Makbuz bu adreste kalır.",
            sms=(
                "{business}: {amount} ödemeniz iptalden sonra ulaştı. Sizinle çözeceğiz. Makbuz: {link}",
                "{amount} ödemeniz iptalden sonra ulaştı: {link}",
            ),
        ),
        "payment_received_returns": TypePhrases(
            subject="{amount} tutarındaki ödemeniz size iade ediliyor",
            heading="{amount} size iade ediliyor",
            intro=(
                "{amount} tutarındaki ödemeniz randevunuz iptal edildikten sonra ulaştı. İade edileceği yer: {method}."
            ),
            button="İadenin durumunu gör",
            note="Bir şey yapmanıza gerek yok. İade tamamlanınca yeniden yazarız.",
            sms=(
                "{business}: {amount} ödemeniz iptalden sonra ulaştı, iade ediliyor ({method}): {link}",
                "{business}: {amount} ödemeniz iptalden sonra ulaştı, iade ediliyor: {link}",
                "{amount} ödemeniz iptalden sonra ulaştı, iade ediliyor: {link}",
            ),
        ),
        "refund": TypePhrases(
            subject="İade: {business} tarafından {amount}",
            heading="{amount} iade edildi",
            intro=(
                "{amount} tutarını iade ettik. İade yeri: {method}. Bankalar bunu genellikle 5–10 gün içinde gösterir."
            ),
            button="İade makbuzunu gör",
            note="İade makbuzu bu adreste kalır.",
            sms=(
                "{business}: {amount} iade edildi ({method}). Bankalar 5-10 günde gösterir. İade makbuzu: {link}",
                "{business}: {amount} iade edildi ({method}). İade makbuzu: {link}",
                "{business}: {amount} iade edildi. İade makbuzu: {link}",
                "{amount} iade edildi. İade makbuzu: {link}",
            ),
        ),
        "refund_plain": TypePhrases(
            subject="İade: {business} tarafından {amount}",
            heading="{amount} iade edildi",
            intro=(
                "{amount} tutarını iade ettik. İade yeri: {method}. Bankalar bunu genellikle 5–10 gün içinde gösterir."
            ),
            button="Randevunuzu görün",
            note="Bir şey yapmanıza gerek yok.",
            sms=(
                "{business}: {amount} iade edildi ({method}). Bankalar 5-10 günde gösterir. {link}",
                "{business}: {amount} iade edildi. {link}",
                "{amount} iade edildi. {link}",
            ),
        ),
        "payment_failed": TypePhrases(
            subject="{amount} tutarındaki ödemeniz gerçekleşmedi",
            heading="Ödeme gerçekleşmedi",
            intro="Bankanız {amount} tutarındaki ödemeyi onaylamadı. Bu tutar yeniden ödenmeyi bekliyor.",
            button="Yeniden öde",
            note="Başka bir kart veya başka bir ödeme yöntemi çoğu zaman işe yarar.",
            closed="Başka bir yolla ödemek için lütfen bize ulaşın.",
            sms=(
                "{business}: {amount} ödemeniz gerçekleşmedi. Yeniden ödeyin: {link}",
                "{amount} ödemeniz gerçekleşmedi. Yeniden: {link}",
            ),
            sms_closed=(
                "{business}: {amount} ödemeniz gerçekleşmedi. Lütfen bize ulaşın.",
                "{amount} ödemeniz gerçekleşmedi. Lütfen bize ulaşın.",
            ),
        ),
        "gift_card": TypePhrases(
            subject="{business} hediye kartınız: {amount}",
            heading="Hediye kartı: {amount}",
            intro="{amount} değerindeki hediye kartınız burada. Kodu: {code}. Son geçerlilik günü: {until}.",
            button="Hediye kartı (PDF)",
            note=(
                "Bu kartla ödemek için kodu resepsiyonda söyleyin. Kodu bilen herkes kartı kullanabilir, bu "
                "yüzden iyi saklayın."
            ),
            sms=(
                "{business}: {amount} hediye kartınız, son gün {until}. Resepsiyonda söyleyeceğiniz kod: {code}",
                "{amount} hediye kartınız, son gün {until}. Kod: {code}",
                "Hediye kartı {amount}, kod: {code}",
            ),
        ),
        "gift_card_endless": TypePhrases(
            subject="{business} hediye kartınız: {amount}",
            heading="Hediye kartı: {amount}",
            intro="{amount} değerindeki hediye kartınız burada. Kodu: {code}.",
            button="Hediye kartı (PDF)",
            note=(
                "Bu kartla ödemek için kodu resepsiyonda söyleyin. Kodu bilen herkes kartı kullanabilir, bu "
                "yüzden iyi saklayın."
            ),
            sms=(
                "{business}: {amount} hediye kartınız. Resepsiyonda söyleyeceğiniz kod: {code}",
                "{business}: hediye kartı {amount}, kod: {code}",
                "Hediye kartı {amount}, kod: {code}",
            ),
        ),
        "membership": TypePhrases(
            subject="{membership}: {business} üyeliğiniz",
            heading="Üyeliğiniz hazır",
            intro="{membership} {visits} ödendi, {until} tarihine kadar kullanabilirsiniz.",
            button="",
            note="Gelmeniz yeterli: üyelik adınıza kayıtlıdır.",
            sms=(
                (
                    "{business}: {membership} {visits} ödendi, {until} tarihine kadar kullanabilirsiniz. "
                    "Adınıza kayıtlıdır."
                ),
                "{business}: {membership} {visits} ödendi, son gün {until}.",
                "{membership} {visits} ödendi, {until} tarihine kadar kullanabilirsiniz.",
            ),
        ),
        "membership_endless": TypePhrases(
            subject="{membership}: {business} üyeliğiniz",
            heading="Üyeliğiniz hazır",
            intro="{membership} {visits} ödendi, hemen kullanabilirsiniz.",
            button="",
            note="Gelmeniz yeterli: üyelik adınıza kayıtlıdır.",
            sms=(
                "{business}: {membership} {visits} ödendi, hemen kullanabilirsiniz. Adınıza kayıtlıdır.",
                "{business}: {membership} {visits} ödendi.",
                "{membership} {visits} ödendi, hemen kullanabilirsiniz.",
            ),
        ),
        "visit_booked": TypePhrases(
            subject="{day} randevunuz alındı",
            heading="Randevunuz alındı",
            intro="Sizi bekliyoruz: {when}.",
            button="",
            note="Gelemeyecek misiniz? Lütfen bize olabildiğince erken haber verin.",
            sms=(
                "{business}: randevunuz alındı: {when}. Gelemezseniz lütfen arayın: {phone}",
                "{business}: randevunuz alındı: {when}.",
                "Randevunuz: {when}.",
            ),
        ),
        "visit_moved": TypePhrases(
            subject="Randevunuzun yeni zamanı: {day}",
            heading="Randevunuzun zamanı değişti",
            intro="Randevunuz değiştirildi. Yeni zamanı: {when}.",
            button="",
            note="Yeni zaman size uymuyor mu? Lütfen bize haber verin.",
            sms=(
                "{business}: randevunuz değiştirildi. Yeni zamanı: {when}. Uymuyorsa lütfen arayın: {phone}",
                "{business}: randevunuz değiştirildi. Yeni zamanı: {when}.",
                "Yeni zaman: {when}.",
            ),
        ),
        "visit_cancelled": TypePhrases(
            subject="{day} randevunuz iptal edildi",
            heading="Randevunuz iptal edildi",
            intro="{when} randevunuz iptal edildi.",
            button="",
            note="Başka bir zaman ister misiniz? Bizi arayın veya bize yazın.",
            sms=(
                "{business}: {when} randevunuz iptal edildi. Yeni randevu için lütfen arayın: {phone}",
                "{business}: {when} randevunuz iptal edildi.",
                "İptal edildi: {when}.",
            ),
        ),
        "payment_reminder": TypePhrases(
            subject="Hatırlatma: {day} randevunuz için {amount}",
            heading="Kalan tutar: {amount}",
            intro="Randevunuz henüz ödenmedi. Bu arada ödediyseniz bu e-postayı dikkate almayın.",
            button="Gör ve öde: {amount}",
            note="Hesap açmanız gerekmez. Bağlantı yalnızca sizin randevunuz içindir.",
            sms=(
                "{business}: hatırlatma, {when} randevunuz için kalan tutar {amount}. Ödeme: {link}",
                "{business}: hatırlatma, kalan tutar {amount}. Ödeme: {link}",
                "Hatırlatma, ödenecek {amount}: {link}",
            ),
        ),
        "link_expiring": TypePhrases(
            subject="Ödeme bağlantınızın süresi yakında doluyor: {amount}",
            heading="{amount}, son ödeme: {deadline}",
            intro="Ödeme bağlantınızın son geçerlilik zamanı: {deadline}. Sonrasında lütfen bizden yenisini isteyin.",
            button="Gör ve öde: {amount}",
            note="Hesap açmanız gerekmez. Bağlantı yalnızca sizin randevunuz içindir.",
            sms=(
                "{business}: {amount} için ödeme bağlantınızın süresi doluyor, son ödeme {deadline}. Ödeme: {link}",
                "{business}: ödenecek {amount}, son ödeme {deadline}: {link}",
                "Ödenecek {amount}, son ödeme {deadline}: {link}",
            ),
        ),
        "visit_reminder": TypePhrases(
            subject="Hatırlatma: {day} randevunuz",
            heading="Görüşmek üzere: {day}",
            intro="Sizi bekliyoruz.",
            button="",
            note="Gelemeyecekseniz lütfen bize zamanında haber verin.",
            sms=(
                "{business}: hatırlatma, {when} randevunuz var ({staff}). Gelemezseniz lütfen arayın: {phone}",
                "{business}: hatırlatma, {when} randevunuz var. Gelemezseniz lütfen arayın.",
                "{business}: hatırlatma, {when} randevunuz var.",
                "Hatırlatma: {when} randevunuz var.",
            ),
        ),
        "desk_code": TypePhrases(
            subject="Kodunuz: {code}",
            heading="Kodunuz: {code}",
            intro="Bu kodu resepsiyondaki QR kodunun açtığı sayfaya yazın: {code}. Kod 10 dakika geçerlidir.",
            button="",
            note="",
            sms=(
                "{business}: resepsiyondaki QR kodunuz: {code}. 10 dakika geçerli.",
                "Resepsiyondaki QR için kodunuz: {code}",
            ),
        ),
        "test": TypePhrases(
            subject="{business} deneme mesajı",
            heading="Çalışıyor",
            intro="Bu bir deneme mesajıdır. Müşterilerinize giden mesajlar böyle ulaşır.",
            button="Quittance’ı aç",
            note="Başka kimseye gönderilmedi.",
            sms=("{business}: bu bir deneme mesajıdır. Müşterilerinize giden SMS’ler böyle ulaşır.",),
        ),
    },
)
