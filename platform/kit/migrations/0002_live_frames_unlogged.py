"""Live frames are worth nothing after a crash: their table writes no log."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("kit", "0001_initial")]
    operations = [
        migrations.RunSQL("alter table kit_liveframe set unlogged", "alter table kit_liveframe set logged"),
    ]
