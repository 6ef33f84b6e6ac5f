"""An answer keeps the digest of the figures it was given to; those given before keep none and still count."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounting", "0010_streams_as_submitted")]
    operations = [
        migrations.AddField(
            "remarkanswer", "facts_digest", models.CharField(max_length=64, blank=True, default="")
        ),
        migrations.RemoveConstraint("remarkanswer", "one_answer_per_remark"),
        migrations.AddConstraint(
            "remarkanswer",
            models.UniqueConstraint(
                fields=["period", "remark", "stream", "facts_digest"], name="one_answer_per_remark"
            ),
        ),
    ]
