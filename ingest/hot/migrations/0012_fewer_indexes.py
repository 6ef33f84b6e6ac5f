"""Keys to a meter lose the indexes that another index of their table begins with: each cost every row."""

import django.db.models.deletion
from django.db import migrations, models

MODELS = (
    "adjustment",
    "assignedsequence",
    "day",
    "daysequence",
    "declaration",
    "dirtyhour",
    "gap",
    "hour",
    "month",
    "repeat",
    "sequence",
    "signedbatch",
)


class Migration(migrations.Migration):
    dependencies = [("hot", "0011_parts_of_days")]

    operations = [
        migrations.AlterField(
            model_name=model,
            name="meter",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="declarations" if model == "declaration" else "+",
                to="hot.meterindex",
            ),
        )
        for model in MODELS
    ]
