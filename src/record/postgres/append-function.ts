// Defines the SQL function that checks, stamps and chains new facts, and updates the other tables. SQL alone.

/**
 * The functions run with the rights of the schema's owner; the fixed search path keeps a caller's objects out. The server
 * caches a generic query plan, perhaps from a time of empty tables, because planning each call takes most of its time.
 * So each lookup leaves the planner only one index: `account + 0` excludes the indexes that begin with the account.
 */
export const asOwner = `
language plpgsql security definer
set search_path = pg_catalog, creditctl, pg_temp
set lock_timeout = '5s'
set enable_seqscan = off
set plan_cache_mode = force_generic_plan`;

/**
 * Answers `conflict`, `over`, `lost` or the new link. A second call with the same `p_client` repeats the first answer, so
 * a caller can call again after a lost connection. Appends of an account are serialised by a lock on the account's row.
 * Each append is one statement, so no lock waits for a client.
 *
 * `p_facts`: an array of `{ "fact": "<JSON>", "after"?: <version>|null, "equalAfter"?: <version>, "texts"?: { "<name>": "<base64>" } }`.
 */
export const appendFunction = `
create or replace function creditctl.append(
  p_account integer, p_client uuid, p_facts jsonb, p_caps jsonb, p_seen jsonb
) returns jsonb ${asOwner} as $body$
declare
  v_account creditctl.account;
  v_link creditctl.link;
  v_write creditctl.write;
  v_at timestamptz;
  v_at_text text;
  v_who text := session_user;
  v_items jsonb[] := '{}';
  v_facts jsonb[] := '{}';
  v_fact jsonb;
  v_answer jsonb;
  v_body text;
  v_kind text;
  v_key text;
  v_first bigint;
  v_seq bigint;
  v_prev bigint;
  v_hash text;
  v_hashes text[] := '{}';
  v_delta numeric;
  v_moved creditctl.moved[] := '{}';
begin
  -- Without a synchronous commit, a crash would lose acknowledged facts. A stricter setting stays.
  if current_setting('synchronous_commit') in ('off', 'local') then
    perform set_config('synchronous_commit', 'on', true);
  end if;
  -- A stronger lock would deadlock with add_account, whose new key refers to this row.
  select * into v_account from creditctl.account where id = p_account for no key update;
  if not found then
    raise exception using errcode = 'CC002', message = 'the record has no account ' || p_account;
  end if;
  select * into v_link from creditctl.link where client = p_client and account = p_account;
  if found then
    return creditctl.appended(v_link);
  end if;
  if (p_seen ->> 'link')::bigint > 0 and not exists (
    select from creditctl.link where account = p_account and link = (p_seen ->> 'link')::bigint
      and hash = decode(p_seen ->> 'hash', 'hex')
  ) then
    return '{"lost": true}';
  end if;
  for i in 0 .. jsonb_array_length(p_facts) - 1 loop
    v_items := array_append(v_items, p_facts -> i);
    v_facts := array_append(v_facts, (p_facts -> i ->> 'fact')::jsonb);
  end loop;
  v_at := date_trunc('milliseconds', clock_timestamp());
  v_answer := coalesce(
    creditctl.conflict(p_account, v_items, v_facts), creditctl.over(p_account, v_facts, p_caps, v_at)
  );
  if v_answer is not null then
    return v_answer;
  end if;
  v_at_text := creditctl.instant(v_at);
  v_seq := v_account.seq;
  v_first := v_seq + 1;
  for i in 1 .. cardinality(v_facts) loop
    v_fact := v_facts[i];
    v_kind := v_fact ->> 'kind';
    v_key := coalesce(v_fact ->> 'key', '');
    v_seq := v_seq + 1;
    v_prev := 0;
    if v_kind in ('noted', 'taken', 'ended', 'acknowledged') then
      select * into v_write from creditctl.write where key = v_key and account + 0 = p_account;
      v_prev := coalesce(v_write.version, 0);
      case v_kind
        when 'noted' then
          v_delta := creditctl.note(p_account, v_seq, v_at, v_fact, v_write);
          if v_delta is not null then
            v_moved := v_moved || row(
              v_fact -> 'reserves' ->> 'customer', v_who, v_fact -> 'reserves' ->> 'currency',
              v_fact -> 'reserves' ->> 'day', creditctl.counted_day(v_fact ->> 'ledger_at', v_at), v_delta
            )::creditctl.moved;
          end if;
        when 'taken' then perform creditctl.take(v_seq, v_at, v_fact, v_write);
        when 'ended' then
          v_delta := creditctl.finish(v_seq, v_at, v_fact, v_write);
          if v_delta is not null then
            v_moved := v_moved || row(
              v_write.reserve_customer, v_write.who, v_write.currency, v_write.day,
              creditctl.counted_day(v_write.ledger_at, v_write.noted_at), v_delta
            )::creditctl.moved;
          end if;
        else perform creditctl.acknowledge(v_seq, v_at, v_fact, v_write);
      end case;
    else
      perform creditctl.decide(p_account, v_seq, v_at, v_fact);
    end if;
    v_body := creditctl.body(v_items[i], v_fact);
    v_hash := creditctl.sha256_of(concat_ws(E'\\n', v_seq, v_at_text, v_who, v_kind, v_key,
      coalesce((v_fact ->> 'attempt')::integer, 0), v_prev, creditctl.sha256_of(v_body)));
    insert into creditctl.event (account, seq, link, prev, kind, who, body)
      values (p_account, v_seq, v_account.link + 1, v_prev, v_kind, v_who, v_body);
    if v_items[i] ? 'texts' then
      insert into creditctl.fact_text (account, seq, name, content)
        select p_account, v_seq, t.key, decode(t.value, 'base64') from jsonb_each_text(v_items[i] -> 'texts') t;
    end if;
    v_hashes := array_append(v_hashes, v_hash);
  end loop;
  if cardinality(v_moved) > 0 then
    perform creditctl.count_moved(p_account, v_moved);
  end if;
  v_hash := creditctl.sha256_of(
    concat_ws(E'\\n', v_account.hash, v_account.link + 1, array_to_string(v_hashes, E'\\n'))
  );
  insert into creditctl.link (account, link, first, last, at, is_back, hash, client)
    values (p_account, v_account.link + 1, v_first, v_seq, v_at, v_at < v_account.latest, decode(v_hash, 'hex'), p_client)
    returning * into v_link;
  update creditctl.account set link = v_account.link + 1, hash = v_hash, seq = v_seq, latest = greatest(latest, v_at)
    where id = p_account;
  return creditctl.appended(v_link);
end
$body$;

-- Appends facts, and answers once they are on the disk, and on the disks of synchronous standbys. The next append does
-- not wait for these disks: the first commit releases the lock on the account, and the second commit waits for the disks.
-- A procedure that commits cannot set a search path, so each name has its schema.
create or replace procedure creditctl.append_kept(
  p_account integer, p_client uuid, p_facts jsonb, p_caps jsonb, p_seen jsonb, inout answer jsonb
)
language plpgsql as $body$
begin
  -- A stricter isolation level would fail a caller that waited for the lock, because the locked row has changed.
  if pg_catalog.current_setting('transaction_isolation') <> 'read committed' then
    commit;
    set transaction isolation level read committed;
  end if;
  answer := creditctl.append(p_account, p_client, p_facts, p_caps, p_seen);
  if pg_catalog.jsonb_typeof(answer -> 'link') is null then
    return;
  end if;
  perform pg_catalog.set_config('synchronous_commit', 'off', true);
  commit;
  if pg_catalog.current_setting('synchronous_commit') in ('off', 'local') then
    perform pg_catalog.set_config('synchronous_commit', 'on', true);
  end if;
  -- A commit waits for the disk only if the transaction writes something.
  perform pg_catalog.pg_logical_emit_message(true, 'creditctl', '');
  commit;
end
$body$;
`;
