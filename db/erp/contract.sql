-- The ERP contract of Abgleich, version 1.
--
-- What an ERP database must show, and the support objects that Abgleich keeps beside it, all in schema "erp".
-- Run this file first: it makes the support objects and may be run again after an upgrade. Then either
--   * run reference.sql, which makes tables that fulfil the contract, or
--   * write views of the same names over your own tables, with INSTEAD OF triggers where "written" is said below,
--     and call erp.log_change (end of this file) from triggers on your own tables.
-- `abgleich erp check` compares the result with this page and says what is missing.
--
-- ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────
-- Rules for every relation
--
--   * Abgleich uses SELECT, INSERT … RETURNING id, UPDATE and DELETE, nothing else: no ON CONFLICT, no row locks.
--   * Every id is text, whatever it is in your tables.
--   * Top-level records (appointments, absences) have
--       id          text         unique among the records of the kind
--       version     text         another value after every change of the record or of one of its children, and never
--                                one it had before; the same value while nothing changed
--       changed_at  timestamptz  time of the last change, children included
--       in_scope    boolean      false = the record is none of the sync's business (a draft, a resource booking).
--                                Show such rows with false, do not hide them: a row that is not there counts as deleted
--                                once its deletion was logged, and as missing until then. A row that your ERP only
--                                marks as deleted: log it as 'deleted', and show it with false or not at all
--       birth       text         a mark that no other record ever gets, not even one that gets the same id again
--                                (a uuid; the id itself where ids are never reused)
--   * Where a trigger of yours shortens a text, show the column as text (title::text): a view with varchar(60) refuses
--     longer values before the trigger sees them.
--   * A column that your ERP does not have is shown with the value said here after "else".
--
-- ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────
-- Read only
--
-- erp.clients                    the ERP's clients (Mandanten)
--   id                 text
--   name               text
--
-- erp.employees
--   id                 text
--   login              text          name used to sign in at the ERP; else ''
--   given_name         text
--   surname            text
--   email              text          main e-mail address; else ''
--   mailbox            text          mailbox address where it is not the main e-mail address; else null
--   client_id          text          erp.clients; null = no client, such an employee is not synced
--   status             text          'active', 'onLeave' or 'left'
--   left_on            date          last day of employment; else null
--   may_create         boolean       rights for appointments: what is false is not taken over from Exchange; else true
--   may_change         boolean
--   may_delete         boolean
--   time_zone          text          IANA name; else the company's
--
-- erp.activity_types             (Aktivitätsarten)
--   id                 text
--   number             integer       unique; part of the Outlook category
--   name               text
--   color              text          '#rrggbb'; else null
--   is_default         boolean       the type of appointments that arrive without one; at most one row
--
-- erp.priorities
--   id                 text
--   name               text
--   importance         text          'low', 'normal' or 'high'; several priorities may share one
--   rank               integer       order of display
--   is_default         boolean       of those that share an importance, the one to write; at most one for each
--
-- erp.companies
--   id                 text
--   name               text
--
-- erp.contacts
--   id                 text
--   company_id         text          erp.companies; else null
--   given_name         text
--   surname            text
--
-- erp.projects
--   id                 text
--   name               text
--   company_id         text          erp.companies; else null
--
-- erp.appointment_equipment      rooms, vehicles, devices
--   appointment_id     text
--   position           integer       order of display
--   name               text
--
-- erp.absences                   a top-level record
--   id, version, changed_at, in_scope, birth
--   employee_id        text
--   kind               text          'holiday', 'sick' or whatever the ERP says; never leaves the ERP
--   first_day          date
--   last_day           date          the last day that belongs to it
--   half_day           text          'none', 'morning' or 'afternoon'
--   status             text          'requested', 'approved' or 'rejected'
--
-- ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────
-- Read and written
--
-- erp.appointments               a top-level record. INSERT gives no id, version, changed_at, in_scope and birth:
--                                the ERP makes them, and RETURNING id must answer
--   id, version, changed_at, in_scope, birth
--   owner_id           text          erp.employees. Abgleich changes it only where a meeting turns out to be another
--                                    employee's; an ERP that does not let it be changed keeps its owner
--   title              varchar       one line; what is too long for the ERP may be cut, Abgleich reads it back
--   body               text          plain text
--   location           varchar
--   all_day            boolean
--   starts_at          timestamptz   null when all_day
--   ends_at            timestamptz   null when all_day
--   first_day          date          null unless all_day
--   last_day           date          the last day that belongs to it; null unless all_day
--   time_zone          text          IANA name: the wall clock of the appointment, on which a series repeats
--   rrule              text          null = not a series; else the value of an RFC 5545 RRULE. The series begins with the
--                                    appointment's own start, which fits the rule. UNTIL is a date (YYYYMMDD) on the wall
--                                    clock of time_zone, and the occurrence of that day belongs to the series
--   is_private         boolean
--   show_as            text          'free', 'tentative', 'busy', 'away' or 'elsewhere'; else 'busy'
--   reminder_minutes   integer       minutes before the start; null = no reminder
--   priority_id        text          erp.priorities; else null
--   activity_type_id   text          erp.activity_types; else null
--   company_id         text          erp.companies; else null          (read only)
--   contact_id         text          erp.contacts; else null           (read only)
--   project_id         text          erp.projects; else null           (read only)
--   is_meeting         boolean       a conference record (Konferenztermin); else false
--   is_protected       boolean       Exchange may never change or delete it; else false   (read only)
--
-- erp.appointment_participants   everybody who takes part besides the owner; INSERT and DELETE
--   appointment_id     text
--   employee_id        text          erp.employees, at most once per appointment; null = somebody from outside
--   email              text          of somebody from outside; else null
--   name               text          of somebody from outside; else null
--   reply              text          'none', 'accepted', 'tentative' or 'declined'
--   is_room            boolean       may be left out: true = a room, vehicle or device that is asked by its mailbox
--
-- erp.appointment_exceptions     occurrences of a series that are not as the rule has them; INSERT, UPDATE and DELETE
--   appointment_id     text
--   original_date      date          the day on which the rule has the occurrence, on the series' wall clock;
--                                    unique per appointment. It stays when the series moves to another time of day
--   deleted            boolean       true = the occurrence does not take place, the columns below are null
--   title              varchar       null in this and the next columns = as in the series
--   body               text
--   location           varchar
--   all_day            boolean       null = start and end as in the series, and the four columns below are null
--   starts_at          timestamptz
--   ends_at            timestamptz
--   first_day          date
--   last_day           date
--   is_private         boolean
--   show_as            text
--   reminder_changed   boolean       true = reminder_minutes counts, also when it is null (no reminder)
--   reminder_minutes   integer
--   priority_id        text
--
-- ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────
-- Support objects: real tables of Abgleich's own. They live in the ERP's database because they must change in the
-- same transaction as its records. Nothing personal is in them but ids.

create schema if not exists erp;

create or replace function erp.contract_version() returns integer
  language sql immutable parallel safe
  return 1;

-- What changed, by transaction. A reader remembers a whole snapshot and asks for rows of transactions that it could not
-- see then; so a transaction that began early and commits late is neither skipped nor waited for.
create table if not exists erp.change_log (
  seq              bigint      generated always as identity primary key,
  xid              xid8        not null default pg_current_xact_id(), -- the outermost one, also inside a savepoint
  kind             text        not null, -- 'appointment', 'absence', a list such as 'company', or 'everything'
  record_id        text        not null, -- '' with 'everything'
  operation        text        not null check (operation in ('changed', 'deleted')),
  employees_before text[]      not null, -- whose the record was: owner and participants
  employees_after  text[]      not null, -- whose it is now
  birth            text,
  at               timestamptz not null default clock_timestamp(),
  unique (xid, kind, record_id) -- one row per record and transaction; the reader's only index
);

-- One row: which log this is. A log with another id, or one that lost rows that a reader has seen, was restored.
create table if not exists erp.change_log_state (
  one                boolean primary key default true check (one),
  log_id             text    not null default gen_random_uuid()::text,
  pruned_xid         xid8    not null default '0', -- every row that is gone had this transaction or an earlier one,
  pruned_seq         bigint  not null default 0,   -- and this number or a smaller one
  epoch_acknowledged text, -- a token that changes with our writes: one that Abgleich does not know = this database was restored
  epoch_pending      text
);
insert into erp.change_log_state (one) values (true) on conflict do nothing;

-- Proof that a record was deleted, and did not only disappear from a view. Kept longer than the log.
create table if not exists erp.tombstones (
  kind       text        not null,
  record_id  text        not null,
  birth      text        not null,
  employees  text[]      not null, -- whose it was: owner and participants
  deleted_at timestamptz not null default clock_timestamp(),
  primary key (kind, record_id, birth)
);

-- Which record was made for which promise. Written in the transaction that makes the record, so a create whose answer
-- got lost is found again and never repeated. Rows of the kind 'meeting' say which record stands for which meeting of
-- Exchange ('meeting:' and a digest of its UID), so that one meeting in several mailboxes is one record, that its owner is
-- the organiser ('organizer:'), and who has it from Exchange ('invited:').
create table if not exists erp.keys (
  key       text        primary key,
  kind      text        not null,
  record_id text        not null,
  birth     text        not null,
  version   text        not null, -- the one the create led to: another one now means that somebody edited it since
  attempt   integer     not null,
  made_at   timestamptz not null default clock_timestamp()
);
create index if not exists keys_of_record on erp.keys (kind, record_id);

-- The same for changes: which version a promised write led to. Forgotten by erp.prune_change_log.
create table if not exists erp.writes (
  write_id  text        primary key,
  kind      text        not null,
  record_id text        not null,
  birth     text        not null,
  version   text        not null,
  made_at   timestamptz not null default clock_timestamp()
);

-- The highest fencing number seen for each pair. A worker whose lease has run out finds a higher one and writes nothing.
create table if not exists erp.fences (
  pair_id text   primary key,
  fence   bigint not null
);

-- The one installation that may write here. A test copy that starts against the same ERP is refused.
create table if not exists erp.holder (
  one             boolean     primary key default true check (one),
  installation_id text        not null,
  name            text        not null,
  since           timestamptz not null,
  seen_at         timestamptz not null,
  home            text -- which database the installation remembers in: a copy of the installation has another one
);
alter table erp.holder add column if not exists home text;

-- ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────
-- For those who write views

-- Says that a record changed or was deleted. Call it in the transaction of the change, from triggers on every table a
-- view reads, children included; calling it too often costs little, once too seldom loses a change.
--   kind       'appointment' or 'absence'
--   before     ids of the owner and the participants before the change ('{}' for a new record)
--   after      the same after it ('{}' for a deleted one)
--   birth      the record's birth mark; null = its id
-- It runs with the rights of its owner, so users of the ERP need none in this schema but USAGE and EXECUTE.
create or replace function erp.log_change(
  kind text, record_id text, operation text, before text[], after text[], birth text default null
) returns void
  language plpgsql security definer set search_path = erp, pg_temp
as $$
declare
  mark text := coalesce(log_change.birth, log_change.record_id);
begin
  insert into erp.change_log as log (kind, record_id, operation, employees_before, employees_after, birth)
  values (log_change.kind, log_change.record_id, log_change.operation, log_change.before, log_change.after, mark)
  on conflict on constraint change_log_xid_kind_record_id_key do update
    set operation = excluded.operation,
        employees_before = array(select distinct unnest(log.employees_before || excluded.employees_before)),
        employees_after = excluded.employees_after,
        birth = excluded.birth;
  if log_change.operation = 'deleted' then
    insert into erp.tombstones (kind, record_id, birth, employees)
    select log.kind, log.record_id, log.birth, log.employees_before from erp.change_log as log
     where log.xid = pg_current_xact_id() and log.kind = log_change.kind and log.record_id = log_change.record_id
    on conflict do nothing;
  else
    delete from erp.tombstones as t
     where t.kind = log_change.kind and t.record_id = log_change.record_id and t.birth = mark;
  end if;
  perform pg_notify('abgleich_erp', '');
end
$$;

-- Says that anything may have changed (after TRUNCATE, a restore of single tables, a repair with triggers disabled):
-- readers then compare every record.
create or replace function erp.log_everything() returns void
  language plpgsql security definer set search_path = erp, pg_temp
as $$
begin
  insert into erp.change_log (kind, record_id, operation, employees_before, employees_after)
  values ('everything', '', 'changed', '{}', '{}')
  on conflict on constraint change_log_xid_kind_record_id_key do nothing;
  perform pg_notify('abgleich_erp', '');
end
$$;

-- Forgets log rows and writes older than `keep`, and tombstones older than `keep_proof`; answers how many log rows went. Rows of
-- transactions that might still be running somewhere stay, and so does the newest row, by which readers recognise the
-- log. A reader that was away for longer reads everything once.
create or replace function erp.prune_change_log(keep interval, keep_proof interval default '2 years') returns bigint
  language plpgsql security definer set search_path = erp, pg_temp
as $$
declare
  gone record;
begin
  -- the lock on the state row keeps two prunings from overtaking each other
  perform 1 from erp.change_log_state for update;
  with removed as (
    delete from erp.change_log as log
     where log.at < clock_timestamp() - keep
       and log.xid < pg_snapshot_xmin(pg_current_snapshot())
       and log.seq < (select max(l.seq) from erp.change_log as l)
    returning log.xid, log.seq
  )
  -- xid8 has no max() before PostgreSQL 18
  select count(*) as rows, max(seq) as seq, (max(xid::text::numeric))::text::xid8 as xid into gone from removed;
  if gone.rows > 0 then
    update erp.change_log_state as s
       set pruned_xid = case when gone.xid > s.pruned_xid then gone.xid else s.pruned_xid end,
           pruned_seq = greatest(s.pruned_seq, gone.seq);
  end if;
  delete from erp.writes where made_at < clock_timestamp() - keep;
  delete from erp.tombstones where deleted_at < clock_timestamp() - keep_proof;
  return gone.rows;
end
$$;

revoke execute on function erp.prune_change_log(interval, interval) from public;

-- Which log a position belongs to: the log itself, the cluster, its time line (another one after a restore to a point in
-- time and after a failover) and the database (a copy has another one).
create or replace function erp.change_log_identity() returns text
  language plpgsql stable security definer set search_path = erp, pg_temp
as $$
declare
  identity text := (select s.log_id from erp.change_log_state as s)
    || '/' || (select d.oid from pg_catalog.pg_database as d where d.datname = current_database());
begin
  return identity || '/' || (select system_identifier from pg_control_system())
    || '/' || (select timeline_id from pg_control_checkpoint());
exception when insufficient_privilege then
  return identity; -- some hosted servers keep the control file to themselves
end
$$;

-- A role of its own for Abgleich needs, besides USAGE on the schema:
--   grant select on all tables in schema erp to abgleich;
--   grant insert, update, delete on erp.appointments, erp.appointment_participants, erp.appointment_exceptions,
--     erp.keys, erp.writes, erp.fences, erp.holder to abgleich;
--   grant update on erp.change_log_state to abgleich;
--   grant usage on all sequences in schema erp to abgleich;
--   grant execute on all functions in schema erp to abgleich;
