"""The embedded time series: readings by month. Order of columns keeps a row at its smallest."""

from django.db import migrations

MAKE = """
create table hot_point (
    t bigint not null,        -- ns since 1970 UTC, made unique by the sequence
    count bigint not null,    -- whole least counts
    seq bigint not null,
    meter int not null,
    boot int not null,
    q smallint not null,      -- 0 good, 1 uncertain, 2 bad; + 16 where signed
    primary key (meter, t)
) partition by range (t);
alter table hot_sequence alter column seen set default '{}';
alter table hot_daysequence alter column stored set default '{}', alter column quarantined set default '{}',
    alter column refused set default '{}';
"""


class Migration(migrations.Migration):
    dependencies = [("hot", "0001_initial")]
    operations = [migrations.RunSQL(MAKE, "drop table hot_point")]
