"""A day's numbers by parts of 4,096, so that a flush rewrites little whatever numbers a device takes."""

import django.db.models.deletion
from django.db import migrations, models

import ingest.hot.fields

# Ranges that reach over several parts are cut where one ends; what was one row becomes one row a part.
# Foreign keys are looked at at once: with a check that waits, a table's columns cannot be changed.
BY_PARTS = """
set constraints all immediate;
alter table hot_daysequence add column part bigint not null default 0;
alter table hot_daysequence drop constraint hot_daysequence_pkey;
create temporary table as_parts on commit drop as
with ranges as (
  select meter_id, day, boot, 's' as what, unnest(stored) as r from hot_daysequence
  union all select meter_id, day, boot, 'q', unnest(quarantined) from hot_daysequence
  union all select meter_id, day, boot, 'r', unnest(refused) from hot_daysequence
)
select meter_id, day, boot, part,
  coalesce(range_agg(r * int8range(part << 12, (part + 1) << 12)) filter (where what = 's'), '{}') as stored,
  coalesce(range_agg(r * int8range(part << 12, (part + 1) << 12)) filter (where what = 'q'), '{}') as quarantined,
  coalesce(range_agg(r * int8range(part << 12, (part + 1) << 12)) filter (where what = 'r'), '{}') as refused
from ranges cross join lateral generate_series(lower(r) >> 12, (upper(r) - 1) >> 12) as part
group by 1, 2, 3, 4;
delete from hot_daysequence;
insert into hot_daysequence (meter_id, day, boot, part, stored, quarantined, refused)
  select meter_id, day, boot, part, stored, quarantined, refused from as_parts;
drop table as_parts;
alter table hot_daysequence alter column part drop default;
alter table hot_daysequence add primary key (meter_id, day, boot, part);
"""
AS_ONE = """
set constraints all immediate;
alter table hot_daysequence drop constraint hot_daysequence_pkey;
create temporary table as_one on commit drop as
select meter_id, day, boot, coalesce(range_agg(stored), '{}') as stored,
  coalesce(range_agg(quarantined), '{}') as quarantined, coalesce(range_agg(refused), '{}') as refused
from hot_daysequence group by 1, 2, 3;
delete from hot_daysequence;
alter table hot_daysequence drop column part;
insert into hot_daysequence (meter_id, day, boot, stored, quarantined, refused)
  select meter_id, day, boot, stored, quarantined, refused from as_one;
drop table as_one;
alter table hot_daysequence add primary key (meter_id, day, boot);
"""


class Migration(migrations.Migration):
    dependencies = [("hot", "0010_broker_full")]

    operations = [
        migrations.AddField(
            model_name="sequence",
            name="floor",
            field=models.BigIntegerField(db_default=-1, default=-1),
        ),
        # A primary key of several columns is changed by hand: Django makes one, and alters none.
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(BY_PARTS, AS_ONE)],
            state_operations=[
                migrations.DeleteModel("DaySequence"),
                migrations.CreateModel(
                    name="DaySequence",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "meter_id",
                                "day",
                                "boot",
                                "part",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("day", models.DateField()),
                        ("boot", models.IntegerField()),
                        ("part", models.BigIntegerField()),
                        ("stored", ingest.hot.fields.SequenceField()),
                        ("quarantined", ingest.hot.fields.SequenceField()),
                        ("refused", ingest.hot.fields.SequenceField()),
                        (
                            "meter",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="hot.meterindex",
                            ),
                        ),
                    ],
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="daysequence",
            index=models.Index(fields=["meter", "boot", "part"], name="hot_daysequence_by_number"),
        ),
    ]
