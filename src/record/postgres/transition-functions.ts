// Defines the SQL functions that apply each kind of fact to a write or a run; an impossible change raises CC001.

/** `note` and `finish` answer the change of the counters; null without a change. */
export const transitionFunctions = `
create or replace function creditctl.impossible(p_fact jsonb, p_write creditctl.write) returns void
language plpgsql as $body$
begin
  raise exception using errcode = 'CC001', message = format(
    '%s of attempt %s cannot follow on attempt %s in state %s', p_fact ->> 'kind', p_fact ->> 'attempt',
    coalesce(p_write.attempt, 0), coalesce(p_write.state, 'unknown to the record'));
end
$body$;

-- The end of a lease. A lease is limited to one day, because no other process can settle the write before its end.
create or replace function creditctl.until(p_at timestamptz, p_fact jsonb) returns timestamptz
language sql stable as $body$
  select p_at + least((p_fact ->> 'lease_ms')::numeric, 86400000) * interval '1 millisecond'
$body$;

create or replace function creditctl.note(
  p_account integer, p_seq bigint, p_at timestamptz, f jsonb, w creditctl.write
) returns numeric
language plpgsql as $body$
begin
  if (f ->> 'attempt')::integer <> coalesce(w.attempt, 0) + 1
    or w.state not in ('refused', 'absent', 'unsent')
    or (f -> 'reserves' ->> 'amount')::numeric <= 0
  then
    perform creditctl.impossible(f, w);
  end if;
  if w.key is not null then
    delete from creditctl.write where key = w.key and account + 0 = p_account;
  end if;
  insert into creditctl.write (
    account, noted_seq, version, noted_at, lease_until, attempt, noted_run, run, row_number, to_follow, named, key, state,
    fingerprint, method, who, author, runner, ledger_at, customer, reserve_customer, currency, day, reserved, batch,
    undoes, approved_by, policy, api_key
  ) values (
    p_account, p_seq, p_seq, p_at, creditctl.until(p_at, f), (f ->> 'attempt')::integer, (f ->> 'run')::integer,
    (f ->> 'run')::integer, (f ->> 'row')::integer, coalesce((f ->> 'to_follow')::integer, 0), coalesce((f ->> 'named')::boolean, false),
    f ->> 'key', 'noted', coalesce(f ->> 'fingerprint', ''), f ->> 'method', session_user, f -> 'author', f -> 'runner',
    f ->> 'ledger_at', f ->> 'customer', f -> 'reserves' ->> 'customer', f -> 'reserves' ->> 'currency',
    f -> 'reserves' ->> 'day', f -> 'reserves' ->> 'amount', f ->> 'batch', f ->> 'undoes', f -> 'approved_by',
    f ->> 'policy', f ->> 'api_key'
  );
  return (f -> 'reserves' ->> 'amount')::numeric;
end
$body$;

create or replace function creditctl.take(p_seq bigint, p_at timestamptz, f jsonb, w creditctl.write) returns void
language plpgsql as $body$
begin
  -- A settled write with an unreported outcome may be taken over, to report the outcome.
  if (f ->> 'attempt')::integer is distinct from w.attempt
    or (w.state not in ('noted', 'unknown') and (w.state <> 'settled' or w.acknowledged_at is not null))
  then
    perform creditctl.impossible(f, w);
  end if;
  update creditctl.write set version = p_seq, state = case state when 'unknown' then 'noted' else state end,
      lease_until = creditctl.until(p_at, f), runner = coalesce(f -> 'runner', case when not f ? 'run' then runner end),
      run = coalesce((f ->> 'run')::integer, run)
    where key = w.key and account + 0 = w.account;
end
$body$;

create or replace function creditctl.finish(p_seq bigint, p_at timestamptz, f jsonb, w creditctl.write)
returns numeric
language plpgsql as $body$
begin
  if (f ->> 'attempt')::integer is distinct from w.attempt or w.state not in ('noted', 'unknown')
    -- After another event of the write, its request may have been sent.
    or (f ->> 'state' = 'unsent' and w.version <> w.noted_seq)
    or f ->> 'state' not in ('settled', 'refused', 'unknown', 'absent', 'unsent')
  then
    perform creditctl.impossible(f, w);
  end if;
  update creditctl.write set version = p_seq, state = f ->> 'state', ended_at = p_at, ended_seq = p_seq,
      ended_by = session_user, status = (f ->> 'status')::integer, request_id = f ->> 'request_id',
      replayed = coalesce((f ->> 'replayed')::boolean, false), found = coalesce((f ->> 'found')::boolean, false),
      entry = f ->> 'entry', block = f ->> 'block', amount = f ->> 'amount',
      acknowledged_at = null
    where key = w.key and account + 0 = w.account;
  if f ->> 'state' = 'settled' and w.undoes is not null and w.to_follow = 0 then
    update creditctl.write set undone_by = w.key where key = w.undoes and account + 0 = w.account;
  end if;
  return case when f ->> 'state' in ('refused', 'absent', 'unsent') then -w.reserved::numeric end;
end
$body$;

create or replace function creditctl.acknowledge(p_seq bigint, p_at timestamptz, f jsonb, w creditctl.write)
returns void
language plpgsql as $body$
begin
  if (f ->> 'attempt')::integer is distinct from w.attempt or w.state in ('noted', 'unknown') then
    perform creditctl.impossible(f, w);
  end if;
  update creditctl.write set version = p_seq, acknowledged_at = coalesce(acknowledged_at, p_at)
    where key = w.key and account + 0 = w.account;
end
$body$;

create or replace function creditctl.check_owner() returns void
language plpgsql as $body$
begin
  if not pg_has_role(session_user, (select nspowner from pg_namespace where nspname = 'creditctl'), 'MEMBER') then
    raise exception using errcode = 'CC003', message = 'only the owner of the record may do this';
  end if;
end
$body$;

-- Applies a fact that belongs to no key.
create or replace function creditctl.decide(p_account integer, p_seq bigint, p_at timestamptz, f jsonb)
returns void
language plpgsql as $body$
begin
  case f ->> 'kind'
    when 'batch_begun' then
      if (f ->> 'run')::integer <> 1 + (
        select count(*) from creditctl.batch_run r where r.account = p_account and r.batch = f ->> 'batch')
      then
        perform creditctl.impossible(f, null);
      end if;
      insert into creditctl.batch_run (
        account, batch, run, seq, plan, rows, undo, who, author, runner, approved_by, policy, api_key, begun_at,
        lease_until
      ) values (
        p_account, f ->> 'batch', (f ->> 'run')::integer, p_seq, f ->> 'plan', (f ->> 'rows')::integer,
        coalesce((f ->> 'undo')::boolean, false), session_user, f -> 'author', f -> 'runner', f -> 'approved_by',
        f ->> 'policy', f ->> 'api_key', p_at, creditctl.until(p_at, f)
      );
    when 'batch_ended' then
      update creditctl.batch_run set ended_at = p_at, counts = jsonb_build_object(
          'succeeded', f -> 'succeeded', 'failed', f -> 'failed', 'unknown', f -> 'unknown',
          'unprocessed', f -> 'unprocessed')
        where account = p_account and batch = f ->> 'batch' and run = (f ->> 'run')::integer and ended_at is null;
      if not found then
        perform creditctl.impossible(f, null);
      end if;
    when 'policy_set', 'erased' then perform creditctl.check_owner();
    when 'approved', 'accepted' then null;
    else perform creditctl.impossible(f, null);
  end case;
end
$body$;
`;
