-- A promised write that Exchange may tell the attendees of. The permission is spent with the promise: whoever finds the
-- promise again after a crash does not know whether the mails went out, and sends none.
alter table abgleich.intents add column mails boolean not null default false;

-- Exchange makes a deleted copy of a meeting anew under its old UID.
create index links_uid on abgleich.links (pair_id, uid) where uid is not null;
