"""Rows of the hot tables belong to one enterprise, and the database itself keeps the web process to them.

The enterprise is the schema that the connection stands in: nothing further has to be set, and a request that
forgot to enter one sees nothing. The owner, as whom the worker and the other services sign in, is not bound.
Views without names are what overseers count by; the partitions of readings are made by a function, because
only an owner may make one.
"""

from django.db import migrations

HERE = "(select current_schema()::text)"
OWN = f"tenant = {HERE}"
OF_METER = f"meter_id in (select id from hot_meterindex where {OWN})"
OF_USER = f"split_part(username, '.', 1) = {HERE}"
RULES = {
    "hot_meterindex": OWN,
    "hot_gatewaykey": OWN,
    "hot_anchor": OWN,
    "hot_pulse": OWN,
    "hot_closing": OWN,
    "hot_alarm": OWN,
    # What names no enterprise of ours came from the gateway that its topic begins with.
    "hot_quarantine": f"{OWN} or starts_with(topic, 'v1/' || {HERE} || '.')",
    "hot_brokerlogin": OF_USER,
    "hot_brokercertificate": OF_USER,
    # The broker does not say whom it turned away: those two rows are everybody's.
    "hot_brokersighting": f"{OF_USER} or username in ('-', '-tls')",
    "hot_sequence": OF_METER,
    "hot_daysequence": OF_METER,
    "hot_assignedsequence": OF_METER,
    "hot_signedbatch": OF_METER,
    "hot_declaration": OF_METER,
    "hot_dirtyhour": OF_METER,
    "hot_hour": OF_METER,
    "hot_day": OF_METER,
    "hot_month": OF_METER,
    "hot_adjustment": OF_METER,
    "hot_gap": OF_METER,
    "hot_point": OF_METER.replace("meter_id", "meter"),
}
ENABLE = "".join(
    f"alter table {table} enable row level security;\n"
    f"create policy own_rows on {table} using ({rule});\n"
    for table, rule in RULES.items()
)
DISABLE = "".join(
    f"drop policy own_rows on {table};\nalter table {table} disable row level security;\n" for table in RULES
)
OVERSEEN = """
create view hot_overseen_meter as
select m.tenant, m.account, m.plant, m.interval_s, max(nullif(s.last_ns, 0)) as last_ns
from hot_meterindex m left join hot_sequence s on s.meter_id = m.id group by m.id;
create view hot_overseen_quarantine as select tenant, received_at, state from hot_quarantine;
create view hot_overseen_alarm as select tenant, ended_at from hot_alarm;
create view hot_overseen_pulse as select * from hot_pulse;
"""
OVERSEEN_NO_MORE = "".join(
    f"drop view hot_overseen_{name};\n" for name in ("meter", "quarantine", "alarm", "pulse")
)
PARTITION = """
create function hot_make_month(first date) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  month date := date_trunc('month', first::timestamp);
  name text := 'hot_point_' || to_char(month, 'YYYY_MM');
begin
  if to_regclass('public.' || name) is null then
    execute format('create table if not exists public.%I partition of public.hot_point for values from (%s) to (%s)',
      name, extract(epoch from month)::bigint * 1000000000,
      extract(epoch from month + interval '1 month')::bigint * 1000000000);
  end if;
end $$;
"""


class Migration(migrations.Migration):
    dependencies = [("hot", "0006_sightings")]
    operations = [
        migrations.RunSQL(ENABLE, DISABLE),
        migrations.RunSQL(OVERSEEN, OVERSEEN_NO_MORE),
        migrations.RunSQL(PARTITION, "drop function hot_make_month(date)"),
    ]
