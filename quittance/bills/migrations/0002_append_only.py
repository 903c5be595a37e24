from django.db import migrations

from quittance.rows.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("bills", "0001_initial")]

    operations = [append_only("bills_journalentry"), append_only("bills_receipt")]
