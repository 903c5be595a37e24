from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('messages', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='message',
            name='refund_id',
            field=models.BigIntegerField(blank=True, null=True),
        ),
    ]
