"""How many readings came again, by meter and day of arrival; an enterprise sees its own."""

import django.db.models.deletion
from django.db import migrations, models

OWN_ROWS = """
alter table hot_repeat enable row level security;
create policy own_rows on hot_repeat using
  (meter_id in (select id from hot_meterindex where tenant = (select current_schema()::text)));
"""
NO_MORE = "drop policy own_rows on hot_repeat; alter table hot_repeat disable row level security;"


class Migration(migrations.Migration):
    dependencies = [("hot", "0007_row_security")]

    operations = [
        migrations.CreateModel(
            name="Repeat",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "meter_id", "day", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("day", models.DateField()),
                ("count", models.BigIntegerField()),
                ("last_at", models.DateTimeField()),
                (
                    "meter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hot.meterindex"
                    ),
                ),
            ],
        ),
        migrations.RunSQL(OWN_ROWS, NO_MORE),
    ]
