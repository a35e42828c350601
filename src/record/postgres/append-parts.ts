// Defines the helper functions of the SQL append function: texts, hashes, conflicts, caps and counters. SQL alone.

/**
 * Only functions of the owner call these helpers, so roles need no right to them. A single expression is in SQL, which the
 * server inlines. The other helpers are in PL/pgSQL, which caches query plans.
 */
export const appendParts = `
create or replace function creditctl.instant(p_at timestamptz) returns text
language sql stable as $body$
  select to_char(p_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
$body$;

create or replace function creditctl.day(p_at timestamptz) returns text
language sql stable as $body$
  select to_char(p_at at time zone 'UTC', 'YYYY-MM-DD')
$body$;

-- The UTC day on which a write counts: by the embedded ledger's clock, or else by the record's.
create or replace function creditctl.counted_day(p_ledger_at text, p_at timestamptz) returns text
language sql stable as $body$
  select creditctl.day(coalesce(p_ledger_at::timestamptz, p_at))
$body$;

create or replace function creditctl.sha256_of(p_text text) returns text
language sql stable as $body$
  select encode(sha256(convert_to(p_text, 'UTF8')), 'hex')
$body$;

create or replace function creditctl.appended(p_link creditctl.link) returns jsonb
language sql stable as $body$
  select jsonb_build_object(
    'link', p_link.link, 'hash', encode(p_link.hash, 'hex'), 'first', p_link.first, 'last', p_link.last,
    'at', creditctl.instant(p_link.at)
  )
$body$;

-- The body of an event: the program's JSON text byte for byte, with the hashes of the texts added at its end.
create or replace function creditctl.body(p_item jsonb, p_fact jsonb) returns text
language plpgsql stable as $body$
declare
  v_text text := p_item ->> 'fact';
begin
  if jsonb_typeof(p_fact) <> 'object' or p_fact ? 'texts' or left(v_text, 1) <> '{' or right(v_text, 1) <> '}' then
    raise exception using errcode = 'CC001', message = 'a fact is a JSON object without texts';
  end if;
  if not p_item ? 'texts' then
    return v_text;
  end if;
  return left(v_text, -1) || ',"texts":{' || (
    select string_agg(to_json(t.key)::text || ':"' || encode(sha256(decode(t.value, 'base64')), 'hex') || '"', ','
      order by t.key collate "C")
    from jsonb_each_text(p_item -> 'texts') t
  ) || '}}';
end
$body$;

-- The keys, batches or policy that changed since the caller read them. A loop is faster here than one statement over the
-- list, because a write by hand is only one fact.
create or replace function creditctl.conflict(p_account integer, p_items jsonb[], p_facts jsonb[]) returns jsonb
language plpgsql stable as $body$
declare
  v_item jsonb;
  v_fact jsonb;
  v_version bigint;
  v_has_moved boolean;
  v_name text;
  v_names jsonb := '[]';
  v_batch text;
  v_run integer;
  v_last_batch text;
  v_last_run integer;
begin
  for i in 1 .. cardinality(p_facts) loop
    v_fact := p_facts[i];
    v_item := p_items[i];
    v_has_moved := false;
    v_name := v_fact ->> 'key';
    case v_fact ->> 'kind'
      when 'batch_begun' then
        v_name := v_fact ->> 'batch';
        v_has_moved := (v_fact ->> 'run')::integer <= (
          select count(*) from creditctl.batch_run r where r.account = p_account and r.batch = v_name);
      when 'policy_set' then
        v_name := 'policy';
        v_has_moved := (v_fact ->> 'version')::integer <> 1 + (
          select count(*) from creditctl.event e where e.account = p_account and e.kind = 'policy_set');
      else
        v_batch := null;
        if v_item ? 'after' then
          select w.version, w.batch into v_version, v_batch from creditctl.write w
            where w.key = v_name and w.account + 0 = p_account;
          v_has_moved := (v_item ->> 'after')::bigint is distinct from v_version;
        end if;
        -- A run must not work on rows once a later run of its batch began. All rows of one call belong to one run.
        v_batch := coalesce(v_fact ->> 'batch', v_batch);
        v_run := case when v_fact ->> 'kind' in ('noted', 'taken') then (v_fact ->> 'run')::integer end;
        if v_run is not null and (v_batch, v_run) is distinct from (v_last_batch, v_last_run) then
          v_last_batch := v_batch;
          v_last_run := v_run;
          if exists (select from creditctl.batch_run r
            where r.account = p_account and r.batch = v_batch and r.run > v_run)
          then
            return jsonb_build_object('conflict', jsonb_build_array(v_batch));
          end if;
        end if;
        if v_item ? 'equalAfter' and not v_has_moved then
          v_has_moved := exists (
            select from creditctl.write w where w.account = p_account and w.fingerprint = v_fact ->> 'fingerprint'
              and w.fingerprint <> '' and w.noted_seq > (v_item ->> 'equalAfter')::bigint and not w.named
              and w.state in ('noted', 'unknown'));
        end if;
    end case;
    if v_has_moved and not v_names ? v_name then
      v_names := v_names || to_jsonb(v_name);
    end if;
  end loop;
  return case when v_names <> '[]' then jsonb_build_object('conflict', v_names) end;
end
$body$;

create or replace function creditctl.used(
  p_account integer, p_scope text, p_subject text, p_currency text, p_day text
) returns numeric
language plpgsql stable as $body$
begin
  return coalesce((
    select total from creditctl.counter where account = p_account and scope = p_scope and subject = p_subject
      and currency = p_currency and day = p_day
  ), 0);
end
$body$;

create or replace function creditctl.over(
  p_account integer, p_facts jsonb[], p_caps jsonb, p_at timestamptz
) returns jsonb
language plpgsql stable as $body$
declare
  v_cap jsonb;
  v_adds numeric;
  v_used numeric;
  v_day text;
begin
  for i in 0 .. jsonb_array_length(p_caps) - 1 loop
    v_cap := p_caps -> i;
    v_day := coalesce(v_cap ->> 'day', creditctl.day(p_at));
    select coalesce(sum((f.fact -> 'reserves' ->> 'amount')::numeric), 0) into v_adds
      from unnest(p_facts) as f (fact)
      where f.fact ->> 'kind' = 'noted' and f.fact -> 'reserves' ->> 'currency' = v_cap ->> 'currency'
        and case when v_cap ->> 'scope' = 'customer'
          then f.fact -> 'reserves' ->> 'customer' = v_cap ->> 'customer' and f.fact -> 'reserves' ->> 'day' = v_day
          else creditctl.counted_day(f.fact ->> 'ledger_at', p_at) = v_day end;
    v_used := (v_cap ->> 'elsewhere')::numeric + case v_cap ->> 'scope'
      when 'customer' then creditctl.used(
        p_account, 'customer', v_cap ->> 'customer', v_cap ->> 'currency', v_day)
      when 'person' then creditctl.used(
        p_account, 'person', session_user::text, v_cap ->> 'currency', v_day)
      else creditctl.used(p_account, 'team', '', v_cap ->> 'currency', v_day)
    end;
    if v_adds > 0 and v_used + v_adds > (v_cap ->> 'limit')::numeric then
      return jsonb_build_object('over', i, 'used', trim_scale(v_used)::text);
    end if;
  end loop;
  return null;
end
$body$;

-- Updates each counter once, even if many rows of a batch changed it.
create or replace function creditctl.count_moved(p_account integer, p_moved creditctl.moved[]) returns void
language plpgsql as $body$
begin
  insert into creditctl.counter as c (account, scope, subject, currency, day, total)
    select p_account, s.scope, s.subject, m.currency, s.day, sum(m.amount)
      from unnest(p_moved) as m
      cross join lateral (values
        ('customer', m.customer, m.day), ('person', m.who, m.utc_day), ('team', '', m.utc_day)
      ) as s (scope, subject, day)
      group by s.scope, s.subject, m.currency, s.day
      order by s.scope, s.subject, m.currency, s.day
    on conflict (account, scope, subject, currency, day) do update set total = c.total + excluded.total;
end
$body$;
`;
