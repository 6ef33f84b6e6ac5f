"""The digest of the verification report that a report was approved by, read out of its record by the database."""

from django.db import migrations, models
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast


class Migration(migrations.Migration):
    dependencies = [
        ("accounting_chain", "0005_findings_on_the_ledger"),
    ]

    operations = [
        migrations.AddField(
            model_name="chainreport",
            name="verification_digest",
            field=models.GeneratedField(
                db_persist=True,
                expression=KeyTextTransform(
                    "verification_digest",
                    KeyTransform("approval", Cast("record", models.JSONField())),
                ),
                output_field=models.CharField(max_length=64, null=True),
            ),
        ),
        migrations.AddIndex(
            model_name="chainreport",
            index=models.Index(fields=["verification_digest"], name="chain_report_by_verification"),
        ),
    ]
