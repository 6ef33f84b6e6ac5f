"""A submitted month keeps a copy of its streams and their meters, and the database refuses to change it.

Months submitted before get their copy from the model where it still says what their report does; where the
model was changed since, nothing is guessed: the copy stays empty and the year's check names what is missing.
"""

from django.db import migrations, models

FILL = """
update accounting_reportingperiod p set streams = (
  select jsonb_agg(jsonb_build_object(
      'slug', s.slug, 'kind', s.kind, 'item', s.item, 'variant', s.variant, 'name_zh', s.name_zh,
      'name_en', s.name_en, 'unit', s.unit, 'meters', s.meters, 'position', s.position
    ) order by s.position, s.slug)
  from accounting_sourcestream s where s.model_id = p.plant
)
from (
  select distinct on (period_id) period_id, content::jsonb as said from accounting_report
  where state <> '' order by period_id, version desc
) r
where r.period_id = p.id and p.streams = '[]' and p.period like '%-%'
  and exists (select from accounting_sourcestream s where s.model_id = p.plant)
  and not exists (
    select from jsonb_array_elements(r.said->'lines') line where not exists (
      select from accounting_sourcestream s
      where s.model_id = p.plant and s.slug = line->>'stream' and s.kind = line->>'kind'
        and s.item = line->>'item' and line->'meters' = (
          select coalesce(jsonb_agg(distinct meter collate "C"), '[]')
          from jsonb_each(s.meters) bound, jsonb_array_elements_text(bound.value) meter
        )
    )
  )
"""
# As in 0007, with the copy among the figures that stay.
GUARD = """
create or replace function accounting_figures_stay() returns trigger language plpgsql as $body$
begin
  if old.state not in ('collecting', 'ready', 'returned') and (tg_op = 'DELETE' or (new.state = old.state and
     (old.plant, old.period, old.version, old.guideline, old.rule_version, old.factor_sets, old.region,
      old.streams, old.result, old.result_digest) is distinct from
     (new.plant, new.period, new.version, new.guideline, new.rule_version, new.factor_sets, new.region,
      new.streams, new.result, new.result_digest)))
  then
    raise exception 'figures of a period that is not open never change' using errcode = 'restrict_violation';
  end if;
  return case when tg_op = 'DELETE' then old else new end;
end $body$;
"""
UNGUARD = """
create or replace function accounting_figures_stay() returns trigger language plpgsql as $body$
begin
  if old.state not in ('collecting', 'ready', 'returned') and (tg_op = 'DELETE' or (new.state = old.state and
     (old.plant, old.period, old.version, old.guideline, old.rule_version, old.factor_sets, old.region,
      old.result, old.result_digest) is distinct from
     (new.plant, new.period, new.version, new.guideline, new.rule_version, new.factor_sets, new.region,
      new.result, new.result_digest)))
  then
    raise exception 'figures of a period that is not open never change' using errcode = 'restrict_violation';
  end if;
  return case when tg_op = 'DELETE' then old else new end;
end $body$;
"""


class Migration(migrations.Migration):
    dependencies = [("accounting", "0009_serial_of_a_meter")]
    operations = [
        migrations.AddField("reportingperiod", "streams", models.JSONField(default=list)),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RunSQL(GUARD, UNGUARD),
    ]
