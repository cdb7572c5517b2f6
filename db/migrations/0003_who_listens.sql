-- Which worker listens to the notifications of a connection: one is enough, and a second would double their number.
-- Without a fencing number: two at once, while a lease passes on, only wake pairs twice.
create table abgleich.listeners (
  connection_id text        primary key collate "C" references abgleich.connections,
  holder        text        not null,
  expires_at    timestamptz not null
) with (fillfactor = 50);
