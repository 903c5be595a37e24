from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def make_rows(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Each heading that was typed becomes a row, in the order in which it first stands in the catalog."""
    category = apps.get_model("catalog", "Category")
    for kind, label in (("service", "Service"), ("product", "Product")):
        item = apps.get_model("catalog", label)
        typed = item.objects.exclude(category_text="").order_by("position", "id")
        pairs = dict.fromkeys(typed.values_list("business_id", "location_id", "category_text"))
        counts: dict[int, int] = {}
        for business_id, location_id, name in pairs:
            position = counts.get(location_id, 0)
            counts[location_id] = position + 1
            row = category.objects.create(
                business_id=business_id, location_id=location_id, kind=kind, name=name, position=position
            )
            item.objects.filter(location_id=location_id, category_text=name).update(category=row)


class Migration(migrations.Migration):
    dependencies = [("catalog", "0002_catalog_in_full")]

    operations = [migrations.RunPython(make_rows, migrations.RunPython.noop)]
