-- What is kept of a write so that it can be taken back (rule 18). It is promised with the write, and stays in the audit
-- trail when the write has been made.
alter table abgleich.intents
  add column cycle  integer,                         -- the fence of the lease that promised it
  add column fields text[] not null default '{}',
  add column before text,                            -- sealed: what the written side showed before; null = nothing of use
  add column wish   bigint;                          -- what it was written for; null = a change on the other side

create table abgleich.writes (
  id             bigint      generated always as identity primary key,
  at             timestamptz not null,
  pair_id        text        not null collate "C",
  cycle          integer,
  write_id       text        not null collate "C",
  link_id        text        not null collate "C",
  side           text        not null check (side in ('erp', 'exchange')),
  what           text        not null,
  fields         text[]      not null,
  record_version text,                               -- of both sides, what it was planned from
  item_version   text,
  before         text,                               -- sealed
  after          text        not null,               -- a mark of what both sides showed after it
  form           text        not null,
  wish           bigint
);
create index writes_of_link on abgleich.writes (pair_id, link_id);
create index writes_of_cycle on abgleich.writes (pair_id, cycle);
create index writes_with_image on abgleich.writes (at) where before is not null;

alter table abgleich.journal
  add column cycle    integer,
  add column write_id text collate "C";

alter table abgleich.lost_values add column after text;

-- What an administrator wants taken back or restored. A cycle of its pair carries it out, or refuses it; then `refusal`
-- says why.
create table abgleich.wishes (
  id            bigint      generated always as identity primary key,
  pair_id       text        not null collate "C" references abgleich.pairs,
  link_id       text        not null collate "C",
  key           text        not null collate "C",
  writes        bigint[],                            -- newest first; null = it restores a lost value
  lost_value_id bigint,
  asked_by      text        not null,
  asked_at      timestamptz not null default now(),
  answered_at   timestamptz,                         -- null = it waits
  refusal       text                                 -- null beside an answer = fulfilled
);
create index wishes_waiting on abgleich.wishes (pair_id) where answered_at is null;
create index wishes_of_link on abgleich.wishes (pair_id, link_id);
