"""The database itself refuses to change what was signed, and data of a period that is not open.

The services refuse first and by name; this stops every other path: a shell, a script, a forgotten service.
"""

from django.db import migrations

FREEZE = """
create function accounting_signed_is_frozen() returns trigger language plpgsql as $body$
begin
  if old.state = '' then
    return coalesce(new, old);
  end if;
  if tg_op = 'DELETE'
     or (old.period_id, old.version, old.content, old.digest, old.total_g, old.nonce, old.reason)
        is distinct from
        (new.period_id, new.version, new.content, new.digest, new.total_g, new.nonce, new.reason)
  then
    raise exception 'a signed statement never changes' using errcode = 'restrict_violation';
  end if;
  return new;
end $body$;
create trigger accounting_signed_is_frozen before update or delete on accounting_report
  for each row execute function accounting_signed_is_frozen();
create function accounting_only_open_periods() returns trigger language plpgsql as $body$
declare
  standing text;
begin
  select state into standing from accounting_reportingperiod
    where id = case when tg_op = 'DELETE' then old.period_id else new.period_id end;
  if standing is not null and standing not in ('collecting', 'ready', 'returned') then
    raise exception 'data of a period that is not open never change' using errcode = 'restrict_violation';
  end if;
  return case when tg_op = 'DELETE' then old else new end;
end $body$;
create trigger accounting_only_open_periods before insert or update or delete on accounting_activityrecord
  for each row execute function accounting_only_open_periods();
"""
THAW = """
drop trigger accounting_only_open_periods on accounting_activityrecord;
drop function accounting_only_open_periods();
drop trigger accounting_signed_is_frozen on accounting_report;
drop function accounting_signed_is_frozen();
"""


class Migration(migrations.Migration):
    dependencies = [("accounting", "0004_scans_and_witnesses")]
    operations = [migrations.RunSQL(FREEZE, THAW)]
