// Defines the other SQL functions that persons call: accounts, leases, plans and erasing. SQL alone.
import { asOwner } from './append-function.ts';

export const ownerFunctions = `
create or replace function creditctl.extend_lease(
  p_account integer, p_runner jsonb, p_keys jsonb, p_batch text, p_lease_ms numeric
) returns void ${asOwner} as $body$
declare
  v_until timestamptz := creditctl.until(clock_timestamp(), jsonb_build_object('lease_ms', p_lease_ms));
begin
  -- The chain has no extensions, so a role may extend only the leases of its own writes and runs.
  update creditctl.write w set lease_until = greatest(lease_until, v_until)
    from jsonb_array_elements_text(p_keys) as k (key)
    where w.key = k.key and w.account + 0 = p_account and w.state in ('noted', 'unknown')
      and coalesce(w.runner, (
        select r.runner from creditctl.batch_run r
          where r.account = w.account and r.batch = w.batch and r.run = w.run)) = p_runner
      and exists (
        select from creditctl.event e where e.account = p_account and e.seq = w.version and e.who = session_user);
  update creditctl.batch_run set lease_until = greatest(lease_until, v_until)
    where account = p_account and batch = p_batch and runner = p_runner and ended_at is null
      and who = session_user;
end
$body$;

create or replace function creditctl.add_account(
  p_origin text, p_mode text, p_ledger text, p_key_hash text, p_customers jsonb
) returns integer ${asOwner} as $body$
declare
  v_id integer;
begin
  -- If two machines add an account at the same time, the second waits and finds the account of the first.
  lock table creditctl.account in share row exclusive mode;
  if p_ledger is not null then
    select id into v_id from creditctl.account where ledger = p_ledger;
  else
    select min(a.id) into v_id from creditctl.account a
      where a.origin = p_origin and a.ledger is null and (
        exists (select 1 from creditctl.account_key k
                  where k.account = a.id and k.origin = p_origin and k.key_hash = p_key_hash)
        or exists (select 1 from creditctl.account_customer c
                  where c.account = a.id and c.customer in (select jsonb_array_elements_text(p_customers))));
  end if;
  if v_id is null then
    insert into creditctl.account (origin, mode, ledger) values (p_origin, p_mode, p_ledger) returning id into v_id;
  end if;
  perform creditctl.note_customers(v_id, p_customers);
  if p_key_hash is not null then
    insert into creditctl.account_key (origin, key_hash, account) values (p_origin, p_key_hash, v_id)
      on conflict do nothing;
  end if;
  return v_id;
end
$body$;

create or replace function creditctl.link_key(p_account integer, p_key_hash text) returns void
${asOwner} as $body$
begin
  insert into creditctl.account_key (origin, key_hash, account)
    select origin, p_key_hash, id from creditctl.account where id = p_account
    -- Only the key of an account without customers may move to another account: writes must keep their caps.
    on conflict (origin, key_hash) do update set account = excluded.account
      where account_key.account = excluded.account
        or not exists (select from creditctl.account_customer c where c.account = account_key.account);
  if not found then
    raise exception using errcode = 'CC001', message = 'the key opens another account, whose customers are known';
  end if;
end
$body$;

create or replace function creditctl.note_customers(p_account integer, p_customers jsonb) returns void
${asOwner} as $body$
begin
  insert into creditctl.account_customer (account, customer)
    select p_account, c.id from jsonb_array_elements_text(p_customers) with ordinality as c (id, place)
    order by c.place desc
    on conflict do nothing;
end
$body$;

create or replace function creditctl.save_piece(
  p_account integer, p_upload uuid, p_piece integer, p_content text
) returns void ${asOwner} as $body$
begin
  -- A lost answer makes the client send a piece again; the second copy is ignored.
  insert into creditctl.plan_piece (account, upload, piece, content)
    values (p_account, p_upload, p_piece, decode(p_content, 'base64'))
    on conflict do nothing;
  if not exists (
    select from creditctl.plan_piece
      where account = p_account and upload = p_upload and piece = p_piece and content = decode(p_content, 'base64'))
  then
    raise exception using errcode = 'CC001', message = 'another piece of the plan is there';
  end if;
end
$body$;

create or replace function creditctl.keep_plan(
  p_account integer, p_sha256 text, p_upload uuid, p_pieces integer
) returns void ${asOwner} as $body$
begin
  -- The lock of an append, because an erasure meanwhile takes the pieces of every plan that is not kept.
  perform from creditctl.account where id = p_account for no key update;
  insert into creditctl.plan (account, sha256, upload, pieces) select p_account, p_sha256, p_upload, p_pieces
    where p_pieces = (select count(*) from creditctl.plan_piece where account = p_account and upload = p_upload)
    on conflict do nothing;
end
$body$;

create or replace function creditctl.erase(
  p_account integer, p_client uuid, p_customers jsonb, p_holders jsonb, p_plans jsonb, p_facts jsonb
) returns integer ${asOwner} as $body$
declare
  v_count integer;
  v_texts integer;
  v_is_repeated boolean;
  v_sha256 text;
  v_left text;
begin
  perform creditctl.check_owner();
  -- The lock of an append, so that no text is added meanwhile.
  perform from creditctl.account where id = p_account for no key update;
  v_is_repeated := exists (select from creditctl.link where client = p_client and account = p_account);
  -- What was read before has changed. After another erasure, the new plans have rows of that customer. A write that was
  -- begun meanwhile needs its texts to be settled.
  if not v_is_repeated and exists (
    select from creditctl.event e where e.account = p_account and e.seq > (
        select last from creditctl.link where account = p_account and link = (p_facts -> 0 ->> 'since')::bigint)
      and (e.kind in ('erased', 'batch_begun') or e.kind = 'noted'
        and (p_customers ? (e.body::jsonb ->> 'customer') or p_holders ? (e.body::jsonb -> 'reserves' ->> 'customer')))
  ) then
    for v_left in select value from jsonb_each_text(p_plans) loop
      delete from creditctl.plan_piece q using creditctl.plan p
        where p.account = p_account and p.sha256 = v_left and q.account = p.account and q.upload = p.upload;
      delete from creditctl.plan where account = p_account and sha256 = v_left;
    end loop;
    return null;
  end if;
  with recursive found as (
    select w.version from jsonb_array_elements_text(p_customers) as n (name) join creditctl.write w
      on w.account = p_account and hashtext(w.customer) = hashtext(n.name) and w.customer = n.name
    union
    select w.version from jsonb_array_elements_text(p_holders) as n (name) join creditctl.write w
      on w.account = p_account and hashtext(w.reserve_customer) = hashtext(n.name) and w.reserve_customer = n.name
    union
    select w.version from jsonb_array_elements_text(p_holders) as n (name) join creditctl.write w
      on w.account = p_account and w.entry = n.name
    union
    -- An earlier attempt under a key may have been for another customer than the write names.
    select w.version from creditctl.write w where w.account = p_account and w.attempt > 1
  ), history as (
    select e.seq, e.prev, e.body::jsonb as fact from found f
      join creditctl.event e on e.account = p_account and e.seq = f.version
    union all
    select e.seq, e.prev, e.body::jsonb from history h
      join creditctl.event e on e.account = p_account and e.seq = h.prev and h.prev < h.seq
  ), attempt as (
    select h.fact ->> 'key' as key, h.fact ->> 'attempt' as number from history h
      where p_customers ? (h.fact ->> 'customer') or p_holders ? (h.fact -> 'reserves' ->> 'customer')
        -- A customer without an external id is known by the id in the answer that created the customer.
        or p_holders ? (h.fact ->> 'entry')
  ), erased as (
    delete from creditctl.fact_text t using history h
      where t.account = p_account and t.seq = h.seq
        and exists (select from attempt a where a.key = h.fact ->> 'key' and a.number = h.fact ->> 'attempt')
      returning t.seq
  )
  select count(distinct a.key), (select count(*) from erased) into v_count, v_texts from attempt a;
  -- A repeated call after a lost connection: the first call has replaced the plans, and noted the erasure.
  if v_is_repeated then
    return v_count;
  end if;
  for v_sha256, v_left in select * from jsonb_each_text(p_plans) loop
    delete from creditctl.plan_piece q using creditctl.plan p
      where p.account = p_account and p.sha256 = v_sha256 and q.account = p.account and q.upload = p.upload;
    delete from creditctl.plan where account = p_account and sha256 = v_sha256;
    update creditctl.plan set sha256 = v_sha256 where account = p_account and sha256 = v_left;
    if not found then
      raise exception using errcode = 'CC001', message = 'what is left of the plan was not kept';
    end if;
  end loop;
  -- What a process stored that was stopped before the end: no plan leads to its customers.
  delete from creditctl.plan_piece q where q.account = p_account
    and not exists (select from creditctl.plan p where p.account = p_account and p.upload = q.upload);
  perform creditctl.append(p_account, p_client, p_facts, '[]', '{}');
  return case when v_texts > 0 or p_plans <> '{}' then v_count else 0 end;
end
$body$;
`;

/** The functions that roles may call. Only these call the other functions. */
export const personFunctions = [
  'append(integer, uuid, jsonb, jsonb, jsonb)',
  'append_kept(integer, uuid, jsonb, jsonb, jsonb, jsonb)',
  'extend_lease(integer, jsonb, jsonb, text, numeric)',
  'add_account(text, text, text, text, jsonb)',
  'link_key(integer, text)',
  'note_customers(integer, jsonb)',
  'save_piece(integer, uuid, integer, text)',
  'keep_plan(integer, text, uuid, integer)',
  'erase(integer, uuid, jsonb, jsonb, jsonb, jsonb)',
] as const;
