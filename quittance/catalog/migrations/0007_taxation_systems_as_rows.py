from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def make_rows(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Each taxation system that was typed on a card becomes a row of its location."""
    system = apps.get_model("catalog", "TaxationSystem")
    for label in ("Service", "Product"):
        typed = apps.get_model("catalog", label).objects.exclude(taxation_system="")
        for business_id, location_id, name in (
            typed.order_by("taxation_system").values_list("business_id", "location_id", "taxation_system").distinct()
        ):
            system.objects.get_or_create(business_id=business_id, location_id=location_id, name=name)


class Migration(migrations.Migration):
    dependencies = [("catalog", "0006_taxes_in_full")]

    operations = [migrations.RunPython(make_rows, migrations.RunPython.noop)]
