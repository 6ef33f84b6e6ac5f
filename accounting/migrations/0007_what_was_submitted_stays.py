"""The database refuses also what lies around a signed statement: its period's figures, words, files, work log."""

from django.db import migrations

FREEZE = """
create trigger accounting_only_open_periods before insert or update or delete on accounting_remarkanswer
  for each row execute function accounting_only_open_periods();
create function accounting_figures_stay() returns trigger language plpgsql as $body$
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
create trigger accounting_figures_stay before update or delete on accounting_reportingperiod
  for each row execute function accounting_figures_stay();
create function accounting_evidence_stays() returns trigger language plpgsql as $body$
declare
  standing text;
begin
  select state into standing from accounting_reportingperiod where id = old.period_id;
  if standing is not null and standing not in ('collecting', 'ready', 'returned') and (tg_op = 'DELETE' or
     (old.period_id, old.stream, old.kind, old.sha256, old.size_bytes, old.laboratory, old.accreditation,
      old.sampled_on, old.received_on, old.tested_on, old.reported_on) is distinct from
     (new.period_id, new.stream, new.kind, new.sha256, new.size_bytes, new.laboratory, new.accreditation,
      new.sampled_on, new.received_on, new.tested_on, new.reported_on))
  then
    raise exception 'evidence of a period that is not open never changes' using errcode = 'restrict_violation';
  end if;
  return case when tg_op = 'DELETE' then old else new end;
end $body$;
create trigger accounting_evidence_stays before update or delete on accounting_evidence
  for each row execute function accounting_evidence_stays();
create function accounting_log_stays() returns trigger language plpgsql as $body$
begin
  if old.tx_id <> '' and (tg_op = 'DELETE' or (old.case_id, old.step, old.content, old.digest, old.previous,
     old.person) is distinct from (new.case_id, new.step, new.content, new.digest, new.previous, new.person))
  then
    raise exception 'a recorded step never changes' using errcode = 'restrict_violation';
  end if;
  return case when tg_op = 'DELETE' then old else new end;
end $body$;
create trigger accounting_log_stays before update or delete on accounting_worklogentry
  for each row execute function accounting_log_stays();
create function accounting_finding_stays() returns trigger language plpgsql as $body$
begin
  if old.raised_tx <> '' and (tg_op = 'DELETE' or (old.case_id, old.number, old.kind, old.stream, old.text,
     old.at_stake_g, old.due_on, old.digest) is distinct from (new.case_id, new.number, new.kind, new.stream,
     new.text, new.at_stake_g, new.due_on, new.digest)
     or (old.closed and (not new.closed or new.outcome <> old.outcome)))
  then
    raise exception 'a finding on the ledger never changes' using errcode = 'restrict_violation';
  end if;
  return case when tg_op = 'DELETE' then old else new end;
end $body$;
create trigger accounting_finding_stays before update or delete on accounting_finding
  for each row execute function accounting_finding_stays();
create function accounting_thread_stays() returns trigger language plpgsql as $body$
begin
  raise exception 'what was said in a thread never changes' using errcode = 'restrict_violation';
end $body$;
create trigger accounting_thread_stays before update or delete on accounting_findingmessage
  for each row execute function accounting_thread_stays();
"""
THAW = """
drop trigger accounting_thread_stays on accounting_findingmessage;
drop function accounting_thread_stays();
drop trigger accounting_finding_stays on accounting_finding;
drop function accounting_finding_stays();
drop trigger accounting_log_stays on accounting_worklogentry;
drop function accounting_log_stays();
drop trigger accounting_evidence_stays on accounting_evidence;
drop function accounting_evidence_stays();
drop trigger accounting_figures_stay on accounting_reportingperiod;
drop function accounting_figures_stay();
drop trigger accounting_only_open_periods on accounting_remarkanswer;
"""


class Migration(migrations.Migration):
    dependencies = [("accounting", "0006_findings_on_the_ledger")]
    operations = [migrations.RunSQL(FREEZE, THAW)]
