"""The printed words of receipts, credit notes and gift cards in Arabic."""

from __future__ import annotations

from typing import Final

RECEIPT: Final = {
    "title": "إيصال",
    "cancellation": "إلغاء إيصال",
    "cancels": "يلغي الإيصال",
    "number": "رقم",
    "date": "التاريخ",
    "client": "العميل",
    "patient": "المريض",
    "visit": "الموعد",
    "item": "الخدمة",
    "quantity": "الكمية",
    "tax": "الضريبة",
    "amount": "المبلغ",
    "total": "الإجمالي",
    "tax_included": "الأسعار شاملة الضريبة.",
    "net": "الصافي",
    "gross": "الإجمالي مع الضريبة",
    "rate": "النسبة",
    "paid": "مدفوع",
    "cancelled": "ملغى",
    "given": "المستلم نقدًا",
    "change": "الباقي",
    "remaining": "المتبقي للدفع",
    "tax_number": "الرقم الضريبي",
    "credit_note": "إيصال استرداد",
    "credit_note_cancellation": "إلغاء إيصال استرداد",
    "refers": "يتعلق بالإيصال",
    "cancels_credit_note": "يلغي إيصال الاسترداد",
    "not_refunded": "لم يتم الاسترداد.",
    "refunded": "مُستردّ",
    "excess": "استرداد مبلغ زائد",
    "unused": "استرداد دفعة دون مقابل",
    "overpaid": "مدفوع بالزيادة",
    "came_late": "وصلت هذه الدفعة بعد إلغاء الموعد.",
    "same_price": "إعادة المبلغ الزائد لا تغيّر السعر ولا ضرائبه.",
}
GIFT_CARD: Final = {
    "title": "بطاقة هدية",
    "code": "الرمز",
    "until": "صالحة حتى",
    "hint": (
        "يُرجى ذكر الرمز عند الاستقبال أو كتابته عند الدفع عبر الإنترنت. كل من لديه الرمز يمكنه استخدام "
        "البطاقة: يُرجى الحفاظ عليه."
    ),
}
QR_POSTER: Final = {
    "title": "ادفعوا بهاتفكم",
    "scan": "امسحوا الرمز بالكاميرا",
    "check": "تأكدوا من أنه موعدكم",
    "pay": "ادفعوا واحتفظوا بالإيصال",
    "foot": "دون تطبيق ودون حساب",
    "qr": "رمز QR للصفحة التي تُدفع فيها المواعيد",
}
