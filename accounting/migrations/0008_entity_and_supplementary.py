"""What an enterprise says of itself for reports, and entered rows of supplementary tables.

Rows of a period that is not open never change, as other entered data.
"""

import django.db.models.deletion
from django.db import migrations, models

FREEZE = """
create trigger accounting_only_open_periods before insert or update or delete on accounting_supplementaryvalue
  for each row execute function accounting_only_open_periods();
"""
THAW = "drop trigger accounting_only_open_periods on accounting_supplementaryvalue;"


class Migration(migrations.Migration):
    dependencies = [
        ("accounting", "0007_what_was_submitted_stays"),
    ]

    operations = [
        migrations.CreateModel(
            name="EntityFact",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("plant", models.CharField(blank=True, max_length=40)),
                ("name", models.CharField(max_length=40)),
                ("text", models.CharField(max_length=300)),
                ("person", models.CharField(max_length=40)),
                ("changed_at", models.DateTimeField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("plant", "name"), name="one_fact_per_name")],
            },
        ),
        migrations.CreateModel(
            name="SupplementaryValue",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("row", models.CharField(max_length=40)),
                ("text", models.CharField(max_length=80)),
                ("person", models.CharField(max_length=40)),
                ("entered_at", models.DateTimeField()),
                (
                    "period",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="supplementary",
                        to="accounting.reportingperiod",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("period", "row"), name="one_value_per_row")],
            },
        ),
        migrations.RunSQL(FREEZE, THAW),
    ]
