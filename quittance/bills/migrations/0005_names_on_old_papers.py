from django.db import migrations, models
from django.db.models import OuterRef, Subquery

from quittance.rows.append_only import append_only_but, not_append_only

TABLE = "bills_receipt"


def whose_they_are(apps, _editor):
    bills = apps.get_model("bills", "Bill").objects.filter(pk=OuterRef("bill_id"))
    apps.get_model("bills", "Receipt").objects.update(client_id=Subquery(bills.values("client_id")[:1]))


class Migration(migrations.Migration):
    dependencies = [
        ("bills", "0004_tenders_of_value"),
        ("businesses", "0014_receipt_years"),
    ]

    operations = [
        not_append_only(TABLE),
        migrations.AddField(
            model_name="receipt",
            name="client_id",
            field=models.BigIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="receipt",
            name="name_removed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name="receipt",
            index=models.Index(
                condition=models.Q(("client_id__isnull", False), ("name_removed_at__isnull", True)),
                fields=["business", "client_id", "local_date"],
                name="receipts_with_name",
            ),
        ),
        migrations.RunPython(whose_they_are, migrations.RunPython.noop),
        append_only_but(TABLE, document="snapshot", key="client_name", mark="name_removed_at"),
    ]
