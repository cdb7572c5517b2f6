-- Tables that fulfil the ERP contract (contract.sql, which runs first): for the demo, for the tests, and for anyone who
-- starts from nothing. An ERP with tables of its own uses views instead of this file.

create table erp.clients (
  id   text primary key,
  name text not null
);

create table erp.employees (
  id         text    primary key,
  login      text    not null default '',
  given_name text    not null default '',
  surname    text    not null,
  email      text    not null default '',
  mailbox    text,
  client_id  text    references erp.clients,
  status     text    not null default 'active' check (status in ('active', 'onLeave', 'left')),
  left_on    date,
  may_create boolean not null default true,
  may_change boolean not null default true,
  may_delete boolean not null default true,
  time_zone  text    not null default 'Europe/Berlin'
);

create table erp.activity_types (
  id         text    primary key,
  number     integer not null unique,
  name       text    not null,
  color      text    check (color ~ '^#[0-9a-f]{6}$'),
  is_default boolean not null default false
);
create unique index activity_types_default on erp.activity_types (is_default) where is_default;

create table erp.priorities (
  id         text    primary key,
  name       text    not null,
  importance text    not null check (importance in ('low', 'normal', 'high')),
  rank       integer not null,
  is_default boolean not null default false
);
create unique index priorities_default on erp.priorities (importance) where is_default;

create table erp.companies (
  id   text primary key,
  name text not null
);

create table erp.contacts (
  id         text primary key,
  company_id text references erp.companies,
  given_name text not null default '',
  surname    text not null
);

create table erp.projects (
  id         text primary key,
  name       text not null,
  company_id text references erp.companies
);

-- ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────
-- Appointments

create sequence erp.appointment_number;
create sequence erp.version_number;

-- The random half keeps a restored database from giving a version it gave before to another content.
create function erp.next_version() returns text
  language sql volatile
  return nextval('erp.version_number')::text || '-' || left(gen_random_uuid()::text, 8);

create table erp.appointments (
  id               text         primary key default 'T' || nextval('erp.appointment_number')::text,
  version          text         not null default erp.next_version(),
  changed_at       timestamptz  not null default clock_timestamp(),
  in_scope         boolean      not null default true,
  birth            text         not null default gen_random_uuid()::text,
  owner_id         text         not null references erp.employees,
  title            varchar(255) not null default '',
  body             text         not null default '',
  location         varchar(255) not null default '',
  all_day          boolean      not null default false,
  starts_at        timestamptz,
  ends_at          timestamptz,
  first_day        date,
  last_day         date,
  time_zone        text         not null default 'Europe/Berlin',
  rrule            text,
  is_private       boolean      not null default false,
  show_as          text         not null default 'busy'
                                check (show_as in ('free', 'tentative', 'busy', 'away', 'elsewhere')),
  reminder_minutes integer      check (reminder_minutes >= 0),
  priority_id      text         references erp.priorities,
  activity_type_id text         references erp.activity_types,
  company_id       text         references erp.companies,
  contact_id       text         references erp.contacts,
  project_id       text         references erp.projects,
  is_meeting       boolean      not null default false,
  is_protected     boolean      not null default false,
  constraint appointments_times check (
    case when all_day
         then first_day is not null and last_day is not null and first_day <= last_day
              and starts_at is null and ends_at is null
         else starts_at is not null and ends_at is not null and starts_at <= ends_at
              and first_day is null and last_day is null
    end)
);
create index appointments_of_owner on erp.appointments (owner_id);

create table erp.appointment_participants (
  appointment_id text not null references erp.appointments on delete cascade,
  employee_id    text references erp.employees,
  email          text,
  name           text,
  reply          text not null default 'none' check (reply in ('none', 'accepted', 'tentative', 'declined')),
  is_room        boolean,
  constraint appointment_participants_who check ((employee_id is null) <> (email is null))
);
create unique index appointment_participants_inside
  on erp.appointment_participants (appointment_id, employee_id) where employee_id is not null;
create unique index appointment_participants_outside
  on erp.appointment_participants (appointment_id, email) where email is not null;
create index appointment_participants_of_employee
  on erp.appointment_participants (employee_id) where employee_id is not null;

create table erp.appointment_equipment (
  appointment_id text    not null references erp.appointments on delete cascade,
  position       integer not null,
  name           text    not null,
  primary key (appointment_id, position)
);

create table erp.appointment_exceptions (
  appointment_id   text    not null references erp.appointments on delete cascade,
  original_date    date    not null,
  deleted          boolean not null default false,
  title            varchar(255),
  body             text,
  location         varchar(255),
  all_day          boolean,
  starts_at        timestamptz,
  ends_at          timestamptz,
  first_day        date,
  last_day         date,
  is_private       boolean,
  show_as          text    check (show_as in ('free', 'tentative', 'busy', 'away', 'elsewhere')),
  reminder_changed boolean not null default false,
  reminder_minutes integer check (reminder_minutes >= 0),
  priority_id      text    references erp.priorities,
  primary key (appointment_id, original_date),
  constraint appointment_exceptions_times check (
    case when all_day is null
         then starts_at is null and ends_at is null and first_day is null and last_day is null
         when all_day
         then first_day is not null and last_day is not null and first_day <= last_day
              and starts_at is null and ends_at is null
         else starts_at is not null and ends_at is not null and starts_at <= ends_at
              and first_day is null and last_day is null
    end),
  constraint appointment_exceptions_reminder check (reminder_changed or reminder_minutes is null)
);

-- ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────
-- Absences

create sequence erp.absence_number;

create table erp.absences (
  id          text        primary key default 'U' || nextval('erp.absence_number')::text,
  version     text        not null default erp.next_version(),
  changed_at  timestamptz not null default clock_timestamp(),
  in_scope    boolean     not null default true,
  birth       text        not null default gen_random_uuid()::text,
  employee_id text        not null references erp.employees,
  kind        text        not null,
  first_day   date        not null,
  last_day    date        not null,
  half_day    text        not null default 'none' check (half_day in ('none', 'morning', 'afternoon')),
  status      text        not null default 'requested' check (status in ('requested', 'approved', 'rejected')),
  check (first_day <= last_day)
);
create index absences_of_employee on erp.absences (employee_id);

-- ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────
-- Versions and times of change

-- A save that changes no value is no change: the version stays. Writing to `version` says "a child changed".
create function erp.stamp_change() returns trigger
  language plpgsql
as $$
declare
  touched boolean := new.version is distinct from old.version;
begin
  if new.id <> old.id or new.birth <> old.birth then
    raise exception 'id and birth of % % stay for life; delete the row and insert another one', tg_table_name, old.id;
  end if;
  new.version := old.version;
  new.changed_at := old.changed_at;
  if touched or new is distinct from old then
    new.version := erp.next_version();
    new.changed_at := clock_timestamp();
  end if;
  return new;
end
$$;

-- Named so that it runs after triggers that normalise values.
create trigger zz_stamp_change before update on erp.appointments for each row execute function erp.stamp_change();
create trigger zz_stamp_change before update on erp.absences for each row execute function erp.stamp_change();

-- ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────
-- The change log of appointments. One statement of a thousand rows is logged by one statement.

create function erp.appointment_participant_ids(appointment text) returns text[]
  language sql stable
  return array(
    select p.employee_id from erp.appointment_participants as p
     where p.appointment_id = appointment and p.employee_id is not null order by 1);

create function erp.log_appointments() returns trigger
  language plpgsql security definer set search_path = erp, pg_temp
as $$
begin
  if tg_op = 'INSERT' then
    insert into erp.change_log as log (kind, record_id, operation, employees_before, employees_after, birth)
    select 'appointment', n.id, 'changed', '{}', array[n.owner_id], n.birth from new_rows as n
    on conflict on constraint change_log_xid_kind_record_id_key do update
      set operation = 'changed', employees_after = excluded.employees_after, birth = excluded.birth;
    delete from erp.tombstones as t using new_rows as n
     where t.kind = 'appointment' and t.record_id = n.id and t.birth = n.birth;
  elsif tg_op = 'UPDATE' then
    insert into erp.change_log as log (kind, record_id, operation, employees_before, employees_after, birth)
    select 'appointment', n.id, 'changed', array[o.owner_id] || p.ids, array[n.owner_id] || p.ids, n.birth
      from new_rows as n
      join old_rows as o on o.id = n.id and o.version <> n.version,
           lateral (select erp.appointment_participant_ids(n.id) as ids) as p
    on conflict on constraint change_log_xid_kind_record_id_key do update
      set operation = 'changed',
          employees_before = array(select distinct unnest(log.employees_before || excluded.employees_before)),
          employees_after = excluded.employees_after,
          birth = excluded.birth;
  else
    -- the participants are gone already: their own trigger has named them in this row
    insert into erp.change_log as log (kind, record_id, operation, employees_before, employees_after, birth)
    select 'appointment', o.id, 'deleted', array[o.owner_id], '{}', o.birth from old_rows as o
    on conflict on constraint change_log_xid_kind_record_id_key do update
      set operation = 'deleted',
          employees_before = array(select distinct unnest(log.employees_before || excluded.employees_before)),
          employees_after = '{}',
          birth = excluded.birth;
    insert into erp.tombstones (kind, record_id, birth, employees)
    select 'appointment', o.id, o.birth, log.employees_before
      from old_rows as o
      join erp.change_log as log
        on log.xid = pg_current_xact_id() and log.kind = 'appointment' and log.record_id = o.id
    on conflict do nothing;
  end if;
  perform pg_notify('abgleich_erp', '');
  return null;
end
$$;

create trigger log_insert after insert on erp.appointments
  referencing new table as new_rows for each statement execute function erp.log_appointments();
create trigger log_update after update on erp.appointments
  referencing old table as old_rows new table as new_rows for each statement execute function erp.log_appointments();
create trigger log_delete after delete on erp.appointments
  referencing old table as old_rows for each statement execute function erp.log_appointments();

-- Participants, equipment and exceptions change the version of their appointment, whose own trigger writes the log.
create function erp.touch_appointments(ids text[]) returns void
  language sql volatile security definer set search_path = erp, pg_temp
begin atomic
  -- in the order of the ids, so that two writers do not lock each other out
  update erp.appointments as a set version = ''
    from (select id from erp.appointments where id = any (ids) order by id for no key update) as locked
   where a.id = locked.id;
end;

create function erp.log_appointment_children() returns trigger
  language plpgsql security definer set search_path = erp, pg_temp
as $$
begin
  if tg_op = 'INSERT' then
    perform erp.touch_appointments(array(select appointment_id from new_rows));
  elsif tg_op = 'DELETE' then
    perform erp.touch_appointments(array(select appointment_id from old_rows));
  else
    perform erp.touch_appointments(array(
      select appointment_id from (
        (select * from new_rows except all select * from old_rows)
        union all
        (select * from old_rows except all select * from new_rows)) as differing));
  end if;
  return null;
end
$$;

-- Whoever was taken out is named among the employees before, also when the whole appointment goes.
create function erp.log_removed_participants() returns trigger
  language plpgsql security definer set search_path = erp, pg_temp
as $$
begin
  insert into erp.change_log as log (kind, record_id, operation, employees_before, employees_after)
  select 'appointment', o.appointment_id, 'changed', array_agg(o.employee_id), '{}'
    from old_rows as o where o.employee_id is not null group by o.appointment_id
  on conflict on constraint change_log_xid_kind_record_id_key do update
    set employees_before = array(select distinct unnest(log.employees_before || excluded.employees_before));
  return null;
end
$$;

create trigger log_insert after insert on erp.appointment_participants
  referencing new table as new_rows for each statement execute function erp.log_appointment_children();
create trigger log_update after update on erp.appointment_participants
  referencing old table as old_rows new table as new_rows for each statement execute function erp.log_appointment_children();
create trigger log_delete after delete on erp.appointment_participants
  referencing old table as old_rows for each statement execute function erp.log_appointment_children();
create trigger log_removed_update after update on erp.appointment_participants
  referencing old table as old_rows for each statement execute function erp.log_removed_participants();
create trigger log_removed_delete after delete on erp.appointment_participants
  referencing old table as old_rows for each statement execute function erp.log_removed_participants();

create trigger log_insert after insert on erp.appointment_equipment
  referencing new table as new_rows for each statement execute function erp.log_appointment_children();
create trigger log_update after update on erp.appointment_equipment
  referencing old table as old_rows new table as new_rows for each statement execute function erp.log_appointment_children();
create trigger log_delete after delete on erp.appointment_equipment
  referencing old table as old_rows for each statement execute function erp.log_appointment_children();

create trigger log_insert after insert on erp.appointment_exceptions
  referencing new table as new_rows for each statement execute function erp.log_appointment_children();
create trigger log_update after update on erp.appointment_exceptions
  referencing old table as old_rows new table as new_rows for each statement execute function erp.log_appointment_children();
create trigger log_delete after delete on erp.appointment_exceptions
  referencing old table as old_rows for each statement execute function erp.log_appointment_children();

-- ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────
-- The change log of absences and of the lists

create function erp.log_absences() returns trigger
  language plpgsql security definer set search_path = erp, pg_temp
as $$
begin
  if tg_op = 'INSERT' then
    perform erp.log_change('absence', new.id, 'changed', '{}', array[new.employee_id], new.birth);
  elsif tg_op = 'DELETE' then
    perform erp.log_change('absence', old.id, 'deleted', array[old.employee_id], '{}', old.birth);
  elsif new.version <> old.version then
    perform erp.log_change('absence', new.id, 'changed', array[old.employee_id], array[new.employee_id], new.birth);
  end if;
  return null;
end
$$;

create trigger log_change after insert or update or delete on erp.absences
  for each row execute function erp.log_absences();

-- Lists belong to nobody; the argument is the kind of the log row.
create function erp.log_list() returns trigger
  language plpgsql security definer set search_path = erp, pg_temp
as $$
begin
  if tg_op = 'DELETE' then
    perform erp.log_change(tg_argv[0], old.id, 'deleted', '{}', '{}');
  elsif tg_op = 'INSERT' or new is distinct from old then
    perform erp.log_change(tg_argv[0], new.id, 'changed', '{}', '{}');
  end if;
  return null;
end
$$;

create trigger log_change after insert or update or delete on erp.clients
  for each row execute function erp.log_list('client');
create trigger log_change after insert or update or delete on erp.employees
  for each row execute function erp.log_list('employee');
create trigger log_change after insert or update or delete on erp.activity_types
  for each row execute function erp.log_list('activityType');
create trigger log_change after insert or update or delete on erp.priorities
  for each row execute function erp.log_list('priority');
create trigger log_change after insert or update or delete on erp.companies
  for each row execute function erp.log_list('company');
create trigger log_change after insert or update or delete on erp.contacts
  for each row execute function erp.log_list('contact');
create trigger log_change after insert or update or delete on erp.projects
  for each row execute function erp.log_list('project');

-- ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────
-- TRUNCATE tells no trigger which rows went: everything is compared.

create function erp.log_truncate() returns trigger
  language plpgsql security definer set search_path = erp, pg_temp
as $$
begin
  perform erp.log_everything();
  return null;
end
$$;

create trigger log_truncate after truncate on erp.appointments
  for each statement execute function erp.log_truncate();
create trigger log_truncate after truncate on erp.appointment_participants
  for each statement execute function erp.log_truncate();
create trigger log_truncate after truncate on erp.appointment_equipment
  for each statement execute function erp.log_truncate();
create trigger log_truncate after truncate on erp.appointment_exceptions
  for each statement execute function erp.log_truncate();
create trigger log_truncate after truncate on erp.absences
  for each statement execute function erp.log_truncate();
