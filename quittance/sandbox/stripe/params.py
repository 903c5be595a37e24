"""What each imitated call takes. Everything else is refused, as Stripe refuses what it does not know.

Real parameters that the sandbox does not imitate are refused too: what it accepts, Stripe would accept; not the other
way round.
"""

from quittance.sandbox.stripe.shapes import Either, Fields, Many, Metadata, OneOf, Shape, Text, Whole, YesNo

LOCALES = (
    "auto", "bg", "cs", "da", "de", "el", "en", "en-GB", "es", "es-419", "et", "fi", "fil", "fr", "fr-CA", "hi-IN",
    "hr", "hu", "id", "it",
    "ja", "ko", "lt", "lv", "ms", "mt", "nb", "nl", "pl", "pt", "pt-BR", "ro", "ru", "sk", "sl", "sv", "th", "tr",
    "vi", "zh", "zh-HK",
    "zh-TW",
)  # fmt: skip
METHOD_TYPES = (
    "acss_debit", "affirm", "afterpay_clearpay", "alipay", "alma", "amazon_pay", "au_becs_debit", "bacs_debit",
    "bancontact", "billie",
    "bizum", "blik", "boleto", "card", "cashapp", "crypto", "customer_balance", "eps", "fpx", "giropay", "grabpay",
    "ideal", "kakao_pay",
    "klarna", "konbini", "kr_card", "mb_way", "mobilepay", "multibanco", "naver_pay", "nz_bank_account", "oxxo",
    "p24", "pay_by_bank",
    "payco", "paynow", "paypal", "paypay", "payto", "pix", "promptpay", "revolut_pay", "samsung_pay", "satispay",
    "scalapay", "sepa_debit",
    "sequra", "sofort", "sunbit", "swish", "twint", "upi", "us_bank_account", "wechat_pay", "zip",
)  # fmt: skip

EXPAND = Many(Text(200), most=20)
EMAIL = Text(512, r"[^@\s]{1,64}@[^@\s]+\.[^@\s]+", "Invalid email address", "email_invalid")
ADDRESS = Text(5000, r"https?://[^\s/$.?#][^\s]*", "Not a valid URL", "url_invalid")
CURRENCY = Text(3, r"[A-Za-z]{3}", "Invalid currency")
KEY = Text(255)
ON_OFF = Fields({"enabled": YesNo()}, frozenset({"enabled"}))
MESSAGE = Fields({"message": Text(1200)}, frozenset({"message"}))

PRODUCT = Fields(
    {
        "name": Text(),
        "description": Text(),
        "images": Many(ADDRESS, 8),
        "metadata": Metadata(),
        "tax_code": Text(40),
        "unit_label": Text(12),
    },
    frozenset({"name"}),
)
PRICE = Fields(
    {
        "currency": CURRENCY,
        "product_data": PRODUCT,
        "unit_amount": Whole(0),
        "tax_behavior": OneOf(("exclusive", "inclusive", "unspecified")),
    },
    frozenset({"currency"}),
)
LINE_ITEM = Fields(
    {
        "price_data": PRICE,
        "price": KEY,
        "quantity": Whole(1, 999_999),
        "metadata": Metadata(),
        "tax_rates": Many(KEY, 10),
        "adjustable_quantity": ON_OFF,
    },
)
INTENT_SETTINGS = Fields(
    {
        "description": Text(1000),
        "metadata": Metadata(),
        "receipt_email": EMAIL,
        "capture_method": OneOf(("automatic", "automatic_async")),
        "statement_descriptor": Text(22),
        "statement_descriptor_suffix": Text(22),
    },
)
CHECKOUT_CREATE = Fields(
    {
        "adaptive_pricing": ON_OFF,
        "after_expiration": Fields(
            {"recovery": Fields({"enabled": YesNo(), "allow_promotion_codes": YesNo()}, frozenset({"enabled"}))}
        ),
        "allow_promotion_codes": YesNo(),
        "allowed_payment_method_types": Many(OneOf(("link", *METHOD_TYPES))),
        "automatic_tax": ON_OFF,
        "billing_address_collection": OneOf(("auto", "required")),
        "branding_settings": Fields({"display_name": Text(200), "background_color": Text(7), "button_color": Text(7)}),
        "cancel_url": ADDRESS,
        "client_reference_id": Text(200, r"[A-Za-z0-9_-]+", "Invalid client_reference_id"),
        "currency": CURRENCY,
        "custom_text": Fields({"submit": MESSAGE, "after_submit": MESSAGE}),
        "customer_creation": OneOf(("always", "if_required")),
        "customer_email": EMAIL,
        "excluded_payment_method_types": Many(OneOf(METHOD_TYPES)),
        "expand": EXPAND,
        "expires_at": Whole(0),
        "integration_identifier": Text(200),
        "invoice_creation": ON_OFF,
        "line_items": Many(LINE_ITEM),
        "locale": OneOf(LOCALES),
        "metadata": Metadata(),
        "mode": OneOf(("payment", "setup", "subscription")),
        "origin_context": OneOf(("mobile_app", "web")),
        "payment_intent_data": INTENT_SETTINGS,
        "payment_method_options": Fields(
            {"card": Fields({"request_three_d_secure": OneOf(("any", "automatic", "challenge"))})},
        ),
        "phone_number_collection": ON_OFF,
        "submit_type": OneOf(("auto", "book", "donate", "pay", "subscribe")),
        "success_url": ADDRESS,
        "ui_mode": OneOf(("elements", "embedded_page", "form", "hosted_page")),
        "wallet_options": Fields({"link": Fields({"display": OneOf(("auto", "never"))})}),
    },
)
EXPAND_ONLY = Fields({"expand": EXPAND})
CHECKOUT_UPDATE = Fields({"expand": EXPAND, "metadata": Metadata(clearable=True)})
INTENT_CANCEL = Fields(
    {"expand": EXPAND, "cancellation_reason": OneOf(("abandoned", "duplicate", "fraudulent", "requested_by_customer"))},
)
REFUND_CREATE = Fields(
    {
        "amount": Whole(1),
        "charge": KEY,
        "currency": CURRENCY,
        "expand": EXPAND,
        "metadata": Metadata(clearable=True),
        "payment_intent": KEY,
        "reason": OneOf(("duplicate", "fraudulent", "requested_by_customer")),
    },
)
_EVENT_NAME = Text(100, r"\*|[a-z_]+(\.[a-z_]+)+", "Invalid event type")
ENDPOINT_CREATE = Fields(
    {
        "api_version": Text(40),
        "description": Text(5000),
        "enabled_events": Many(_EVENT_NAME),
        "expand": EXPAND,
        "metadata": Metadata(clearable=True),
        "url": ADDRESS,
    },
    frozenset({"enabled_events", "url"}),
)
ENDPOINT_UPDATE = Fields(
    {
        "description": Text(5000),
        "disabled": YesNo(),
        "enabled_events": Many(_EVENT_NAME),
        "expand": EXPAND,
        "metadata": Metadata(clearable=True),
        "url": ADDRESS,
    },
)

_RANGE = Either(Whole(0), Fields({"gt": Whole(), "gte": Whole(), "lt": Whole(), "lte": Whole()}))
_PAGE: dict[str, Shape] = {"ending_before": KEY, "expand": EXPAND, "limit": Whole(1, 100), "starting_after": KEY}


def _listing(*filters: str, created: bool = True, **more: Shape) -> Fields:
    allowed = dict(_PAGE) | dict.fromkeys(filters, KEY) | more
    return Fields(allowed | ({"created": _RANGE} if created else {}))


CHECKOUT_LIST = _listing(
    "payment_intent",
    "customer",
    status=OneOf(("complete", "expired", "open")),
    customer_details=Fields({"email": EMAIL}, frozenset({"email"})),
)
LINE_ITEM_LIST = _listing(created=False)
INTENT_LIST = _listing("customer")
CHARGE_LIST = _listing("payment_intent", "customer")
REFUND_LIST = _listing("payment_intent", "charge")
DISPUTE_LIST = _listing("payment_intent", "charge")
BALANCE_LIST = _listing("source", "currency", "type")
EVENT_LIST = _listing("type", types=Many(Text(100), 20), delivery_success=YesNo())
ENDPOINT_LIST = _listing(created=False)
RETRIEVE = EXPAND_ONLY
NOTHING = Fields({})
