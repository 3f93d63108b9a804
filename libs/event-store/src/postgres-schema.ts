/**
 * Tables and functions of the Postgres event store. Every statement may be run again.
 *
 * The log is ordered by (transaction_id, position). Identifiers of transactions are given when a transaction first
 * writes, so what lies below the oldest running transaction can never be joined by a late commit: a subscription reads
 * up to there. `position` alone would not do: a lower one may commit after a higher one has been read.
 */
export const postgresSchema = /* sql */ `
create schema if not exists event_store;

create table if not exists event_store.categories (
  id   smallint generated always as identity primary key,
  name text not null unique
);

create table if not exists event_store.streams (
  id             bigint generated always as identity primary key,
  category_id    smallint not null,
  name           text not null,
  revision       integer not null default -1,
  transaction_id bigint not null default 0,
  unique (category_id, name)
) with (fillfactor = 80);
comment on column event_store.streams.revision is 'of the last event; -1 for none';
comment on column event_store.streams.transaction_id is 'of the last event';

create table if not exists event_store.events (
  stream_id      bigint not null,
  revision       integer not null,
  category_id    smallint not null,
  transaction_id bigint not null,
  position       bigint not null,
  id             uuid not null unique,
  type           text not null,
  data           bytea not null,
  metadata       jsonb not null,
  recorded_at    timestamptz not null default statement_timestamp(),
  primary key (stream_id, revision)
);
-- An event of a few kilobytes stays in its row: compressing it, or moving it out, is dearer than writing it.
alter table event_store.events set (toast_tuple_target = 8160);
create index if not exists events_in_log_order
  on event_store.events (category_id, transaction_id, position);

-- An append takes one number, and gives its events the positions from number * 2^20.
create sequence if not exists event_store.append_number;

-- Transaction ids begin anew in the server that a dump is restored into; the offset keeps the log's ids growing.
create table if not exists event_store.log (
  transaction_offset bigint not null
);
insert into event_store.log select 0 where not exists (select from event_store.log);

create or replace function event_store.last_transaction_id() returns bigint language sql as $$
  select coalesce(max(last.transaction_id), 0)
  from event_store.categories c
  cross join lateral (
    select transaction_id from event_store.events
    where category_id = c.id order by transaction_id desc limit 1
  ) last
$$;

-- One past what has been given out: nothing recorded here can have reached it.
create or replace function event_store.next_transaction_id() returns bigint language sql as $$
  select pg_snapshot_xmax(pg_current_snapshot())::text::bigint + transaction_offset from event_store.log
$$;

do $$
declare
  last bigint := event_store.last_transaction_id();
  excess bigint := last - event_store.next_transaction_id();
begin
  if excess >= 0 then
    update event_store.log set transaction_offset = transaction_offset + excess + 1;
  end if;
end
$$;

-- Everything below has been committed or rolled back for good.
create or replace function event_store.horizon() returns bigint language sql stable as $$
  select pg_snapshot_xmin(pg_current_snapshot())::text::bigint + transaction_offset from event_store.log
$$;

-- Arrays: one element a stream (categories, names, expected: -2 any, -1 none, else a revision), then one an event
-- (event_streams: index of its stream from 1). Answers one row a stream, in their order.
create or replace function event_store.append(
  stream_categories text[], stream_names text[], expected integer[],
  event_streams integer[], ids uuid[], types text[], data bytea[], metadata text[]
) returns table (revision integer, transaction_id text, "position" text, duplicate boolean)
language plpgsql
-- Plans are made while the tables are small, and kept: they must be those of large ones.
set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
as $$
#variable_conflict use_column
declare
  category_ids smallint[];
  stream_ids bigint[];
  revisions integer[];
  log_id bigint;
  first_position bigint;
  known integer[];
  taken boolean;
  conflict record;
begin
  select array_agg(c.id order by s.ordinal) into category_ids
  from unnest(stream_categories) with ordinality s (category, ordinal)
  left join event_store.categories c on c.name = s.category;
  if array_position(category_ids, null) is not null then
    insert into event_store.categories (name)
    select distinct category from unnest(stream_categories) category order by category
    on conflict do nothing;
    select array_agg(c.id order by s.ordinal) into category_ids
    from unnest(stream_categories) with ordinality s (category, ordinal)
    join event_store.categories c on c.name = s.category;
  end if;

  -- Both in one order for everybody, so that appenders wait for each other but never in a circle.
  insert into event_store.streams (category_id, name)
  select s.category_id, s.name from unnest(category_ids, stream_names) s (category_id, name)
  where not exists (
    select from event_store.streams x where x.category_id = s.category_id and x.name = s.name
  )
  order by s.category_id, s.name
  on conflict do nothing;

  -- A transaction may have got its id before one that has appended here since. Taking the greatest of the ids keeps
  -- a stream's order in the log, and is safe: an event is read only when its own transaction is over as well.
  select array_agg(id order by ordinal), array_agg(revision order by ordinal),
    greatest(max(transaction_id), pg_current_xact_id()::text::bigint + (select transaction_offset from event_store.log))
  into stream_ids, revisions, log_id
  from (
    select s.ordinal, x.id, x.revision, x.transaction_id
    from unnest(category_ids, stream_names) with ordinality s (category_id, name, ordinal)
    join event_store.streams x on x.category_id = s.category_id and x.name = s.name
    order by x.category_id, x.name
    for update of x
  ) head;
  if cardinality(stream_ids) <> cardinality(stream_names) then
    raise 'append needs isolation level read committed: a stream was made while this transaction ran';
  end if;

  -- Taken with the locks held, so that it grows along a stream.
  first_position := nextval('event_store.append_number') << 20;

  select array_agg(e.ordinal), bool_or(x.stream_id <> stream_ids[e.stream]) into known, taken
  from unnest(event_streams, ids) with ordinality e (stream, id, ordinal)
  join event_store.events x on x.id = e.id;
  if taken then
    select e.stream, e.id into conflict
    from unnest(event_streams, ids) e (stream, id)
    join event_store.events x on x.id = e.id where x.stream_id <> stream_ids[e.stream] limit 1;
    raise 'event id taken' using errcode = 'ES002',
      detail = json_build_object('stream', conflict.stream, 'id', conflict.id);
  end if;

  for conflict in
    select s.ordinal as stream, s.revision
    from unnest(expected, revisions) with ordinality s (expected, revision, ordinal)
    where s.expected > -2 and s.expected <> s.revision and exists (
      select from unnest(event_streams) with ordinality e (stream, ordinal)
      where e.stream = s.ordinal and (known is null or e.ordinal <> all (known))
    )
  loop
    raise 'wrong expected revision' using errcode = 'ES001',
      detail = json_build_object('stream', conflict.stream, 'actual', conflict.revision);
  end loop;

  insert into event_store.events (stream_id, revision, category_id, transaction_id, position, id, type, data, metadata)
  select stream_ids[e.stream], revisions[e.stream] + row_number() over (partition by e.stream order by e.ordinal),
    category_ids[e.stream], log_id, first_position + e.ordinal, e.id, e.type, e.data, e.metadata::jsonb
  from unnest(event_streams, ids, types, data, metadata)
    with ordinality e (stream, id, type, data, metadata, ordinal)
  where known is null or e.ordinal <> all (known);

  update event_store.streams x set revision = x.revision + fresh.count, transaction_id = log_id
  from (
    select e.stream, count(*) from unnest(event_streams) with ordinality e (stream, ordinal)
    where known is null or e.ordinal <> all (known) group by e.stream
  ) fresh
  where x.id = stream_ids[fresh.stream];

  perform pg_notify('event_store', '');

  return query
  select distinct on (stream) head.revision, head.transaction_id::text, head.position::text, head.duplicate
  from (
    select e.stream, revisions[e.stream] + count(*)::integer as revision, log_id as transaction_id,
      first_position + max(e.ordinal) as position, false as duplicate
    from unnest(event_streams) with ordinality e (stream, ordinal)
    where known is null or e.ordinal <> all (known) group by e.stream
    union all
    select event_streams[k], max(x.revision), max(x.transaction_id), max(x.position), true
    from unnest(known) k join event_store.events x on x.id = ids[k] group by event_streams[k]
  ) head
  order by stream, duplicate;
end
$$;
`;
