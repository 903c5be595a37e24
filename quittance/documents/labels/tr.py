"""The printed words of receipts, credit notes and gift cards in Turkish."""

from __future__ import annotations

from typing import Final

RECEIPT: Final = {
    "title": "Makbuz",
    "cancellation": "Makbuz iptali",
    "cancels": "İptal ettiği makbuz",
    "number": "No",
    "date": "Tarih",
    "client": "Müşteri",
    "patient": "Hasta",
    "visit": "Randevu",
    "item": "Hizmet",
    "quantity": "Adet",
    "tax": "Vergi",
    "amount": "Tutar",
    "total": "Toplam",
    "tax_included": "Fiyatlara vergi dâhildir.",
    "net": "Vergisiz",
    "gross": "Vergili",
    "rate": "Oran",
    "paid": "Ödendi",
    "cancelled": "İptal edildi",
    "given": "Alınan nakit",
    "change": "Para üstü",
    "remaining": "Kalan tutar",
    "tax_number": "Vergi numarası",
    "credit_note": "İade makbuzu",
    "credit_note_cancellation": "İade makbuzu iptali",
    "refers": "İlgili makbuz",
    "cancels_credit_note": "İptal ettiği iade makbuzu",
    "not_refunded": "İade gerçekleşmedi.",
    "refunded": "İade edildi",
    "excess": "Fazla ödemenin iadesi",
    "unused": "Karşılığı olmayan ödemenin iadesi",
    "overpaid": "Fazla ödenen",
    "came_late": "Bu ödeme randevu iptal edildikten sonra ulaştı.",
    "same_price": "Fazla ödenen tutarın iadesi ne fiyatı ne de vergisini değiştirir.",
}
GIFT_CARD: Final = {
    "title": "Hediye kartı",
    "code": "Kod",
    "until": "Son geçerlilik günü",
    "hint": (
        "Kodu resepsiyonda söyleyin veya çevrim içi ödeme sırasında yazın. Kodu bilen herkes kartı "
        "kullanabilir: iyi saklayın."
    ),
}
QR_POSTER: Final = {
    "title": "Telefonunuzla ödeyin",
    "scan": "Kodu kameranızla okutun",
    "check": "Randevunun sizin olduğunu kontrol edin",
    "pay": "Ödeyin ve makbuzu saklayın",
    "foot": "Uygulama veya hesap gerekmez",
    "qr": "Randevuların ödendiği sayfanın QR kodu",
}
