from django.db import migrations

from quittance.rows.append_only import append_only

TABLES = ("drawers_cashmove", "drawers_closing", "drawers_closingpart", "drawers_closedentry")


class Migration(migrations.Migration):
    dependencies = [("drawers", "0001_initial")]

    operations = [append_only(table) for table in TABLES]
