"""Who and what is in the demo: plain tables, nothing else. Names, numbers and prices are made up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from quittance.config.environment import DEMO_PASSWORD

PASSWORD: Final = DEMO_PASSWORD
SALON: Final = "Salon Ana"
CLINIC: Final = "Lakeside Clinic"
# The salon has somebody at work whatever day the demo is first started.
EVERY_DAY: Final = (0, 1, 2, 3, 4, 5, 6)


@dataclass(frozen=True, slots=True)
class LogIn:
    email: str
    name: str
    role: str
    business: str = SALON
    language: str = ""


LOG_INS: Final = (
    LogIn("owner@demo.example", "Ana Ruiz", "owner"),
    LogIn("manager@demo.example", "Marie Lindqvist", "manager"),
    LogIn("receptionist@demo.example", "Eva Novak", "receptionist"),
    LogIn("specialist@demo.example", "Ben Hofmann", "specialist"),
    LogIn("bookkeeper@demo.example", "Tomasz Wójcik", "bookkeeper"),
    LogIn("clinic@demo.example", "Dan Keller", "owner", CLINIC),
)


@dataclass(frozen=True, slots=True)
class Staff:
    """`days` are weekdays worked (Monday is 0); hours are wall-clock minutes, with a break in the middle."""

    name: str
    title: str
    days: tuple[int, ...] = (0, 1, 2, 3, 4, 5)
    opens: int = 9 * 60
    closes: int = 18 * 60
    pause: tuple[int, int] = (13 * 60, 13 * 60 + 30)


def _early(name: str, title: str) -> Staff:
    return Staff(name, title, days=EVERY_DAY, opens=8 * 60, closes=18 * 60, pause=(12 * 60, 12 * 60 + 30))


def _late(name: str, title: str) -> Staff:
    return Staff(name, title, days=EVERY_DAY, opens=10 * 60, closes=20 * 60, pause=(14 * 60, 14 * 60 + 30))


@dataclass(frozen=True, slots=True)
class Sold:
    """A service when it has minutes, else a product. Prices are whole major units, `tax` names a row of the place.

    `deposit` is the percentage asked for at booking; `stock` is how many lie on the shelf, where they are counted.
    """

    name: str
    category: str
    price: str
    minutes: int = 0
    price_max: str = ""
    sku: str = ""
    barcode: str = ""
    tax: str = ""
    deposit: int = 0
    stock: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    business: str
    name: str
    currency: str
    time_zone: str
    country: str
    language: str
    address: str
    phone: str
    email: str
    inclusive: bool
    link_life_minutes: int | None
    taxes: tuple[tuple[str, int], ...]
    staff: tuple[Staff, ...]
    sold: tuple[Sold, ...]


@dataclass(frozen=True, slots=True)
class Person:
    """`opted_out` names the channels by which this client wants no messages."""

    name: str
    phone: str = ""
    email: str = ""
    language: str = ""
    note: str = ""
    opted_out: tuple[str, ...] = ()


BERLIN: Final = Place(
    business=SALON,
    name="Berlin Mitte",
    currency="EUR",
    time_zone="Europe/Berlin",
    country="DE",
    language="en",
    address="Musterstraße 12, 10115 Berlin",
    phone="+49 30 23125 010",
    email="mitte@salon-ana.example",
    inclusive=True,
    link_life_minutes=None,
    taxes=(("VAT 19 %", 190_000),),
    staff=(
        _early("Ben Hofmann", "Senior stylist"),
        _late("Lina Okafor", "Colourist"),
        _early("Mateo Silva", "Barber"),
        _late("Yuki Tanaka", "Nails and brows"),
        _early("Clara Weiss", "Senior stylist"),
        _late("Tom Albers", "Senior stylist"),
        _early("Sina Yıldız", "Stylist"),
        _late("Oskar Brandt", "Stylist"),
        _early("Julia Kern", "Stylist"),
        _late("Amara Diallo", "Stylist"),
        _early("Pia Neumann", "Junior stylist"),
        _late("Luca Moretti", "Junior stylist"),
        _early("Nora Lindgren", "Colourist"),
        _late("Felipe Rocha", "Barber"),
        _early("Deniz Arslan", "Barber"),
        _late("Jan Kowalski", "Barber"),
        _early("Mai Nguyen", "Nails and brows"),
        _late("Sofia Petrova", "Nails and brows"),
        _early("Elena García", "Nails and brows"),
        _late("Hana Sato", "Brow artist"),
    ),
    sold=(
        Sold("Cut and blow-dry", "Hair", "60", 45),
        Sold("Long hair cut and blow-dry", "Hair", "75", 60),
        Sold("Dry cut", "Hair", "38", 30),
        Sold("Fringe trim", "Hair", "12", 15),
        Sold("Blow-dry and styling", "Hair", "35", 30),
        Sold("Root colour", "Colour", "65", 75),
        Sold("Full colour", "Colour", "95", 105),
        Sold("Balayage", "Colour", "140", 150, price_max="240", deposit=25),
        Sold("Toner and gloss", "Colour", "39.50", 30),
        Sold("Repair treatment", "Care", "29", 20),
        Sold("Beard trim", "Barber", "24", 20),
        Sold("Cut and beard", "Barber", "49", 45),
        Sold("Hot towel shave", "Barber", "34", 30),
        Sold("Manicure", "Nails", "32", 40),
        Sold("Gel manicure", "Nails", "45", 60),
        Sold("Brow shaping and tint", "Brows", "27.50", 25),
        Sold("Colour shampoo 250 ml", "Hair care", "18.90", sku="SH-250", barcode="4006381000017", stock=24),
        Sold("Repair mask 200 ml", "Hair care", "26.50", sku="MK-200", barcode="4006381000024", stock=11),
        Sold("Argan oil 50 ml", "Hair care", "24", sku="OIL-50", barcode="4006381000031", stock=7),
        Sold("Sea salt spray", "Styling", "16.50", sku="SP-SALT", barcode="4006381000048", stock=18),
        Sold("Matte paste", "Styling", "14.90", sku="PA-MATT", barcode="4006381000055", stock=2),
        Sold("Beard balm", "Barber", "15", sku="BB-30", barcode="4006381000062", stock=9),
        Sold("Boar bristle brush", "Tools", "32", sku="BR-BOAR", barcode="4006381000079", stock=4),
        Sold("Cuticle oil", "Nails", "9.90", sku="CU-10", barcode="4006381000086", stock=30),
        Sold("Brow gel", "Brows", "13.50", sku="BG-CLR", barcode="4006381000093", stock=1),
        Sold("Travel set", "Hair care", "21", sku="SET-TR", barcode="4006381000109", stock=6),
    ),
)

NEW_YORK: Final = Place(
    business=SALON,
    name="New York SoHo",
    currency="USD",
    time_zone="America/New_York",
    country="US",
    language="en",
    address="112 Example Street, New York, NY 10012",
    phone="+1 212 555 0110",
    email="soho@salon-ana.example",
    inclusive=False,
    link_life_minutes=7 * 24 * 60,
    taxes=(("NYC service tax 4.5 %", 45_000), ("Sales tax 8.875 %", 88_750)),
    staff=(
        Staff("Grace Kim", "Stylist", days=(0, 1, 2, 3, 4, 5), opens=10 * 60, closes=19 * 60),
        Staff("Andre Baptiste", "Colourist and barber", days=(1, 2, 3, 4, 5, 6), opens=11 * 60, closes=20 * 60),
    ),
    sold=(
        Sold("Haircut", "Hair", "85", 45),
        Sold("Haircut and blowout", "Hair", "120", 75),
        Sold("Blowout", "Hair", "65", 45),
        Sold("Single process colour", "Colour", "130", 90),
        Sold("Highlights", "Colour", "210", 150, price_max="340"),
        Sold("Gloss", "Colour", "70", 30),
        Sold("Beard sculpt", "Barber", "45", 30),
        Sold("Keratin treatment", "Care", "260", 120),
        Sold("Daily shampoo", "Hair care", "28", sku="NY-SH", barcode="0012345000010", tax="Sales tax 8.875 %"),
        Sold("Bond builder", "Hair care", "34", sku="NY-BB", barcode="0012345000027", tax="Sales tax 8.875 %"),
        Sold("Texture powder", "Styling", "22", sku="NY-TP", barcode="0012345000034", tax="Sales tax 8.875 %"),
        Sold("Wide tooth comb", "Tools", "12", sku="NY-CB", barcode="0012345000041", tax="Sales tax 8.875 %"),
        Sold("Heat shield", "Styling", "26", sku="NY-HS", barcode="0012345000058", tax="Sales tax 8.875 %"),
        Sold("Silk pillowcase", "Gifts", "59", sku="NY-SP", barcode="0012345000065", tax="Sales tax 8.875 %"),
    ),
)

ZURICH: Final = Place(
    business=CLINIC,
    name="Zürich See",
    currency="CHF",
    time_zone="Europe/Zurich",
    country="CH",
    language="en",
    address="Beispielquai 4, 8008 Zürich",
    phone="+41 44 000 00 10",
    email="desk@lakeside-clinic.example",
    inclusive=True,
    link_life_minutes=48 * 60,
    taxes=(("No VAT", 0),),
    staff=(
        Staff("Dr. Nora Frei", "Dermatology", days=(0, 1, 3, 4), opens=8 * 60, closes=16 * 60),
        Staff("Dr. Samuel Abebe", "Physiotherapy", days=(0, 1, 2, 3, 4), opens=9 * 60, closes=17 * 60),
    ),
    sold=(
        Sold("First consultation", "Consultation", "180", 45),
        Sold("Follow-up", "Consultation", "95", 20),
        Sold("Skin check", "Dermatology", "210", 40),
        Sold("Physiotherapy session", "Physiotherapy", "120", 45),
        Sold("Sports massage", "Physiotherapy", "140", 60),
        Sold("Sun cream SPF 50", "Pharmacy", "28", sku="SUN-50", barcode="7601234000017"),
    ),
)

PLACES: Final = (BERLIN, NEW_YORK, ZURICH)

SALON_CLIENTS: Final = (
    Person("Chloe Martin", "+49 176 0406 9001", "chloe.martin@client.example", "en"),
    Person("Anna Schäfer", "+49 176 0406 9002", "anna.schaefer@client.example", "de"),
    Person("Зоя Коваленко", "+49 176 0406 9003", "zoya.k@client.example", "en"),
    Person("محمد الأمين", "+49 176 0406 9004", "m.alamin@client.example", "en"),
    Person("王小明", "+49 176 0406 9005", "xiaoming.wang@client.example", "en"),
    Person("Ελένη Παπαδοπούλου", "", "eleni@client.example", "en"),
    Person("Jürgen Weiß", "+49 176 0406 9006", "", "de", "Calls, never mails."),
    Person("Łucja Żak", "+49 176 0406 9007", "lucja.zak@client.example", "en"),
    Person("דנה לוי", "+49 176 0406 9008", "dana.levy@client.example", "en"),
    Person("田中さくら", "", "sakura.tanaka@client.example", "en"),
    Person("김민준", "+49 176 0406 9009", "", "en"),
    Person("Priya शर्मा", "+49 176 0406 9010", "priya@client.example", "en", "Allergic to ammonia."),
    Person("Oskar Lund", "", "", "de", "Pays cash, gives no number."),
    Person("Inès Lefèvre", "+49 176 0406 9011", "ines.lefevre@client.example", "en", opted_out=("sms",)),
    Person("Mehmet Yılmaz", "+49 176 0406 9012", "mehmet@client.example", "en", opted_out=("email",)),
    Person("Sofía Ñúñez", "+49 176 0406 9013", "sofia@client.example", "en"),
    Person("Greta Thalheim", "+49 151 0003 0003", "", "de", "The phone of the demo that cannot be reached."),
    Person("João Conceição", "+49 176 0406 9014", "joao@client.example", "en"),
    Person("สมชาย ใจดี", "", "somchai@client.example", "en"),
    Person("Անի Պետրոսյան", "+49 176 0406 9015", "ani.p@client.example", "en"),
    Person("ნინო ბერიძე", "+49 176 0406 9016", "nino.b@client.example", "en"),
    Person("Siobhán O’Neill", "+49 176 0406 9017", "siobhan@client.example", "en"),
    Person("Ding Dong-Berger", "+49 176 0406 9018", "", "de"),
    Person("Emre Çelik", "+49 176 0406 9019", "emre@client.example", "de"),
    Person("Hannah Köhler", "+49 176 0406 9020", "hannah@client.example", "de"),
    Person("Liam Walker", "+1 212 555 0121", "liam.walker@client.example", "en"),
    Person("Olivia Brooks", "+1 917 555 0122", "olivia@client.example", "en"),
    Person("Noah Park", "+1 917 555 0123", "", "en"),
    Person("Camila Torres", "", "camila@client.example", "en"),
    Person("DeShawn Carter", "+1 212 555 0124", "deshawn@client.example", "en", opted_out=("sms",)),
    Person("Mei-Ling 陳", "+1 917 555 0125", "meiling@client.example", "en"),
    Person("Rachel Stein", "+1 212 555 0126", "rachel@client.example", "en"),
)

CLINIC_CLIENTS: Final = (
    Person("Urs Brunner", "+41 79 000 00 01", "urs@patient.example", "de"),
    Person("Claudia Meier", "+41 79 000 00 02", "claudia@patient.example", "de"),
    Person("Fatou Diallo", "+41 78 000 00 03", "", "en"),
    Person("Пётр Иванов", "", "petr@patient.example", "en"),
    Person("Giulia Bernasconi", "+41 79 000 00 04", "giulia@patient.example", "en"),
    Person("Reto Zürcher", "", "", "de"),
    Person("Leila Haddad", "+41 79 000 00 05", "leila@patient.example", "en", opted_out=("email",)),
    Person("Beat Rüegg", "+41 78 000 00 06", "beat@patient.example", "de"),
)
