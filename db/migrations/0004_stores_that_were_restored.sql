-- Stores whose token is not the one we know (rule 1). A row stops the writing for its connection, or where a mailbox
-- shows no token at all, for its employee; only an administrator takes it away.
create table abgleich.suspicions (
  connection_id text        not null collate "C" references abgleich.connections,
  store         text        not null collate "C",             -- as in epochs
  finding       text        not null check (finding in ('foreign', 'unknown', 'missing')),
  found         text        not null,                         -- the token; '' = none
  since         timestamptz not null default now(),
  primary key (connection_id, store)
);

-- After an administrator has confirmed: what the store shows next is taken for its token. An acknowledged '' = the store
-- has none yet.
alter table abgleich.epochs add column is_trusted_anew boolean not null default false;
