"""A tenant's schema is made by a function of the owner's: the web process may make none itself."""

from django.db import migrations

MAKE = """
create function make_tenant_schema(name text) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  kept text := (select script from public.tenants_schemascript order by made_at desc limit 1);
begin
  if name !~ '^t_[0-9]{6,}$' then
    raise exception 'no name of a tenant: %', name;
  end if;
  execute regexp_replace(kept, '\\mtanheng_template\\M', name, 'g');
end $$;
"""


class Migration(migrations.Migration):
    dependencies = [("tenants", "0003_recoveries")]
    operations = [migrations.RunSQL(MAKE, "drop function make_tenant_schema(text)")]
