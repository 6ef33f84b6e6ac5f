"""The calibration register keeps the number on the device, by which bills and certificates name it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounting", "0008_entity_and_supplementary")]

    operations = [
        migrations.AddField(
            model_name="calibration",
            name="serial",
            field=models.CharField(blank=True, default="", max_length=80),
            preserve_default=False,
        )
    ]
