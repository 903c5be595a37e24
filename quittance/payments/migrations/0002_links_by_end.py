from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('bills', '0002_append_only'),
        ('businesses', '0001_initial'),
        ('payments', '0001_initial'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='paymentlink',
            index=models.Index(fields=['business', 'closed_reason', '-id'], name='links_by_end'),
        ),
    ]
