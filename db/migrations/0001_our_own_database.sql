-- What Abgleich itself remembers: settings, links and their bases, progress, promised writes, leases, journal.
-- Ids of both sides are compared byte by byte (collate "C"): Exchange's differ by upper and lower case alone.
-- Every name carries its schema, here and in the statements: a pooler may hand us a session with another search path.

-- One row: this installation, and the main switch.
create table abgleich.installation (
  only_one   boolean     primary key default true check (only_one),
  id         uuid        not null default gen_random_uuid(),
  name       text        not null default '',
  is_syncing boolean     not null default true,
  options    jsonb       not null default '{}',
  created_at timestamptz not null default now()
);
insert into abgleich.installation default values;

-- One random token per store, renewed with the first write after a start: a store that shows neither of the two was
-- restored or cloned. `store` is 'own', 'erp', or 'mailbox:' and the employee's id.
create table abgleich.epochs (
  store        text        collate "C" primary key,
  acknowledged text        not null,
  pending      text,
  changed_at   timestamptz not null default now()
);

create table abgleich.connections (
  id               text        collate "C" primary key,
  name             text        not null,
  folded_name      text        not null collate "C" constraint connections_name unique,  -- as names are compared
  protocol         text        not null default 'ews' check (protocol in ('ews', 'graph')),
  url              text        not null,
  auth             text        not null check (auth in ('basic', 'ntlm', 'oauth')),
  user_name        text        not null,
  tenant           text,
  secret           text,                             -- sealed
  ca               text,                             -- certificates to trust besides the usual ones, PEM
  proxy_url        text,
  proxy_user       text,
  proxy_secret     text,                             -- sealed
  mailbox_from     text        not null default 'email' check (mailbox_from in ('email', 'login')),
  conflict         text        not null default 'erp' check (conflict in ('erp', 'exchange', 'newest')),
  guard_count      integer     not null default 20 check (guard_count >= 0),
  guard_percent    integer     not null default 20 check (guard_percent between 0 and 100),
  language         text        not null default 'de' check (language in ('de', 'en')),
  zone             text        not null default 'Europe/Berlin',
  write_timeout_ms integer     not null default 20000 check (write_timeout_ms > 0),
  is_enabled       boolean     not null default true,
  options          jsonb       not null default '{}',
  created_at       timestamptz not null default now()
);

-- Which way a kind travels where the pair itself does not say; no row = both ways.
create table abgleich.directions (
  connection_id text not null collate "C" references abgleich.connections,
  kind          text not null check (kind in ('appointment', 'task', 'contact')),
  direction     text not null check (direction in ('both', 'toExchange', 'toErp', 'off')),
  primary key (connection_id, kind)
);

-- `id` is the ERP's. Status, client, zone and rights are what the ERP said when it was last asked.
create table abgleich.employees (
  id            text        collate "C" primary key,
  connection_id text        not null collate "C" references abgleich.connections,
  name          text        not null,
  mailbox       text        not null,
  is_enabled    boolean     not null default true,
  status        text        not null default 'active' check (status in ('active', 'onLeave', 'left')),
  client_id     text,
  zone          text,
  may_create    boolean     not null default true,
  may_change    boolean     not null default true,
  may_delete    boolean     not null default true,
  options       jsonb       not null default '{}',
  created_at    timestamptz not null default now()
);
create index employees_of_connection on abgleich.employees (connection_id);

-- A pair's id stands in the marks of mailbox items: it never changes, and pairs are never deleted.
create table abgleich.pairs (
  id                 text        collate "C" primary key check (id ~ '^[A-Za-z0-9_-]{1,64}$'),
  employee_id        text        not null collate "C" references abgleich.employees,
  kind               text        not null check (kind in ('appointment', 'task', 'contact')),
  folders            text[]      not null default '{}',  -- the one for new items first; empty = not asked for yet
  direction          text        check (direction in ('both', 'toExchange', 'toErp', 'off')),  -- null = the connection's
  delete_in_exchange boolean     not null default true,
  delete_in_erp      boolean     not null default true,
  leave_private_out  boolean     not null default true,
  sync_start         timestamptz not null,
  stock_from         date,
  options            jsonb       not null default '{}',
  created_at         timestamptz not null default now(),
  unique (employee_id, kind)
);

-- How far a pair has read each side. `live_links` is kept by every settlement, so that nobody has to count.
create table abgleich.progress (
  pair_id         text    collate "C" primary key references abgleich.pairs,
  erp_position    text,
  cursors         jsonb   not null default '{}',     -- folder id → cursor
  live_links      integer not null default 0 check (live_links >= 0),
  last_settlement text                               -- its digest: one that is sent twice counts once
) with (fillfactor = 50);

create table abgleich.owed (
  pair_id text not null collate "C" references abgleich.pairs,
  side    text not null check (side in ('erp', 'exchange')),
  id      text not null collate "C",
  primary key (pair_id, side, id)
);

create table abgleich.parked (
  pair_id  text        not null collate "C" references abgleich.pairs,
  side     text        not null check (side in ('erp', 'exchange')),
  id       text        not null collate "C",
  kind     text        not null,
  reason   text        not null,
  times    integer     not null,
  retry_at timestamptz not null,
  primary key (pair_id, side, id)
);

-- Links change their state and never vanish. `live` is true or null, and null differs from null: so each of the two
-- unique constraints speaks of live links only, while its index finds ended ones as well. They are checked when the
-- statement ends: within one settlement a record may pass from a link that ends to one that begins.
create table abgleich.links (
  pair_id        text    not null collate "C" references abgleich.pairs,
  id             text    not null collate "C",
  key            text    not null collate "C",
  attempt        integer not null,
  record_id      text    collate "C",                -- null = there is none
  record_birth   text    not null,
  record_version text    not null,
  item_id        text    collate "C",                -- null = there is none
  item_version   text    not null,
  uid            text,
  ended          text,                               -- why; null = alive
  live           boolean generated always as (case when ended is null then true end) stored,
  form           text    not null,
  base_erp       json    not null,                   -- keyed hashes of what each side showed when they last agreed
  base_exchange  json,                               -- null = the same as base_erp
  primary key (pair_id, id),
  constraint links_one_per_record unique (pair_id, record_id, live) deferrable initially immediate,
  constraint links_one_per_item unique (pair_id, item_id, live) deferrable initially immediate
);
create index links_by_key on abgleich.links (pair_id, key);

-- Writes that were promised and are not confirmed. A row is there before the write is sent.
create table abgleich.intents (
  pair_id         text        not null collate "C" references abgleich.pairs,
  id              text        not null collate "C",
  seq             bigint      generated always as identity,
  side            text        not null check (side in ('erp', 'exchange')),
  what            text        not null,
  link_id         text        not null collate "C",
  key             text        not null collate "C",
  attempt         integer     not null,
  record_id       text        collate "C",
  record_birth    text,
  record_version  text,
  item_id         text        collate "C",
  item_version    text,
  target_erp      json,                              -- both null = no target
  target_exchange json,                              -- null beside a target_erp = the same
  rewrites_series boolean     not null,
  form            text        not null,
  promised_at     timestamptz not null,
  primary key (pair_id, id)
);

-- One holder per pair. `fence` rises with every holder; whatever commits for a pair locks this row and compares it.
-- `due_at` is when the pair wants to run next; null = only when it is woken.
create table abgleich.leases (
  pair_id     text        collate "C" primary key references abgleich.pairs,
  fence       integer     not null default 0,
  holder      text,
  expires_at  timestamptz,
  due_at      timestamptz,
  is_woken    boolean     not null default false,    -- woken while it ran: one more cycle follows
  last_run_at timestamptz,
  failures    integer     not null default 0,        -- cycles in a row that failed
  trouble     jsonb                                  -- why the last one failed; null = it did not
) with (fillfactor = 50);
create index leases_due on abgleich.leases (due_at);

create table abgleich.journal (
  id        bigint      generated always as identity primary key,
  at        timestamptz not null,
  pair_id   text        not null collate "C",
  event     text        not null,
  side      text        not null,
  record_id text        collate "C",
  item_id   text        collate "C",
  fields    text[]      not null,
  losses    json,                                    -- null = none
  detail    text        not null
);
create index journal_of_pair on abgleich.journal (pair_id, id);
create index journal_of_record on abgleich.journal using hash (record_id);
create index journal_of_item on abgleich.journal using hash (item_id);
create index journal_by_time on abgleich.journal using brin (at);

-- Destructive actions that wait for an administrator: exact links and versions.
create table abgleich.held (
  pair_id        text        not null collate "C",
  link_id        text        not null collate "C",
  side           text        not null check (side in ('erp', 'exchange')),
  record_version text        not null,
  item_version   text        not null,
  reason         text        not null,
  held_at        timestamptz not null,
  primary key (pair_id, link_id, side),
  foreign key (pair_id, link_id) references abgleich.links (pair_id, id)
);

-- What the delete guard counts: destructive actions that were carried out.
create table abgleich.destructions (
  pair_id text        not null collate "C" references abgleich.pairs,
  at      timestamptz not null,
  actions integer     not null check (actions > 0)
);
create index destructions_of_pair on abgleich.destructions (pair_id, at);

create table abgleich.lost_values (
  id         bigint      generated always as identity primary key,
  at         timestamptz not null,
  expires_at timestamptz not null,
  pair_id    text        not null collate "C",
  link_id    text        not null collate "C",
  field      text        not null,
  winner     text        not null check (winner in ('erp', 'exchange')),
  value      text        not null                    -- sealed
);
create index lost_values_of_link on abgleich.lost_values (pair_id, link_id);
create index lost_values_by_expiry on abgleich.lost_values (expires_at);

-- Every change of a setting: who, when, what. Secrets appear as having changed, never as themselves.
create table abgleich.audit (
  id      bigint      generated always as identity primary key,
  at      timestamptz not null default now(),
  who     text        not null,
  subject text        not null,                      -- as 'connection:4f0a…', 'employee:17', 'installation'
  change  text        not null,
  before  jsonb,
  after   jsonb
);
create index audit_of_subject on abgleich.audit (subject, id);
