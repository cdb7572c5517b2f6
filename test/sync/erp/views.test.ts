import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ErpAppointment, ErpAppointmentPatch } from '../../../mappings/erp-record.js';
import { parseInstant, parsePlainDate } from '../../../mappings/values.js';
import { appointmentsOfErp } from '../../../sync/erp/adapter.js';
import { checkErp } from '../../../sync/erp/check.js';
import type { ErpPort, RecordSeen } from '../../../sync/ports/erp.js';
import type { Answer } from '../../../sync/ports/failure.js';
import type { ErpDatabase, ErpServer } from './erp-database.js';
import { startErpServer } from './erp-database.js';

/**
 * An ERP with tables of its own, as design.md's contract allows: numbers as ids, times of the wall without a zone, titles
 * of 60 characters, deleting by a mark, and the contract's relations as views with INSTEAD OF triggers.
 */
const HOUSE = `
  drop table erp.appointments, erp.appointment_participants, erp.appointment_equipment, erp.appointment_exceptions cascade;
  create schema house;
  create sequence house.version;
  create table house.dates (
    number bigint generated always as identity primary key,
    person text not null references erp.employees,
    subject varchar(60) not null check (subject <> 'Gift'),
    note text,
    begins timestamp not null,
    ends timestamp not null,
    is_day boolean not null default false,
    is_deleted boolean not null default false,
    version bigint not null default nextval('house.version'),
    changed timestamptz
  );
  create table house.guests (number bigint references house.dates, person text references erp.employees);

  create function house.people(wanted bigint) returns text[] language sql stable as
  $$ select array(select person from house.dates where number = wanted
                  union all select person from house.guests where number = wanted) $$;

  create function house.log_date() returns trigger language plpgsql as $$
  begin
    if tg_op = 'INSERT' then
      perform erp.log_change('appointment', new.number::text, 'changed', '{}', array[new.person]);
    elsif new.is_deleted and not old.is_deleted then
      perform erp.log_change('appointment', new.number::text, 'deleted', house.people(old.number), '{}');
    else
      perform erp.log_change('appointment', new.number::text, 'changed', array[old.person], house.people(new.number));
    end if;
    return null;
  end $$;
  create trigger log_date after insert or update on house.dates for each row execute function house.log_date();

  create function house.log_guest() returns trigger language plpgsql as $$
  declare wanted bigint := case tg_op when 'DELETE' then old.number else new.number end;
  begin
    update house.dates set version = nextval('house.version'), changed = now() where number = wanted;
    perform erp.log_change('appointment', wanted::text, 'changed',
      house.people(wanted) || case tg_op when 'DELETE' then old.person end, house.people(wanted));
    return null;
  end $$;
  create trigger log_guest after insert or delete on house.guests for each row execute function house.log_guest();

  create view erp.appointments as
  select number::text as id, version::text as version, coalesce(changed, now()) as changed_at,
         not is_deleted as in_scope, number::text as birth, person as owner_id, subject::text as title, note as body,
         null::text as location, is_day as all_day,
         case when not is_day then begins at time zone 'Europe/Berlin' end as starts_at,
         case when not is_day then ends at time zone 'Europe/Berlin' end as ends_at,
         case when is_day then begins::date end as first_day, case when is_day then ends::date end as last_day,
         'Europe/Berlin'::text as time_zone, null::text as rrule, false as is_private, 'busy'::text as show_as,
         null::integer as reminder_minutes, null::text as priority_id, null::text as activity_type_id,
         null::text as company_id, null::text as contact_id, null::text as project_id,
         false as is_meeting, false as is_protected
    from house.dates;

  create function house.write_date() returns trigger language plpgsql as $$
  begin
    if tg_op = 'DELETE' then
      update house.dates set is_deleted = true, version = nextval('house.version') where number = old.id::bigint;
      return old;
    end if;
    if tg_op = 'INSERT' then
      insert into house.dates (person, subject, note, is_day, begins, ends)
      values (new.owner_id, left(new.title, 60), new.body, coalesce(new.all_day, false),
              coalesce(new.starts_at at time zone 'Europe/Berlin', new.first_day),
              coalesce(new.ends_at at time zone 'Europe/Berlin', new.last_day))
      returning number::text into new.id;
    else
      update house.dates
         set subject = left(new.title, 60), note = new.body, is_day = new.all_day, changed = now(),
             begins = coalesce(new.starts_at at time zone 'Europe/Berlin', new.first_day),
             ends = coalesce(new.ends_at at time zone 'Europe/Berlin', new.last_day), version = nextval('house.version')
       where number = old.id::bigint;
    end if;
    return new;
  end $$;
  create trigger write_date instead of insert or update or delete on erp.appointments
    for each row execute function house.write_date();

  create view erp.appointment_participants as
  select number::text as appointment_id, person as employee_id, null::text as email, null::text as name, 'none'::text as reply
    from house.guests;
  create function house.write_guest() returns trigger language plpgsql as $$
  begin
    if tg_op = 'DELETE' then
      delete from house.guests where number = old.appointment_id::bigint and person = old.employee_id;
      return old;
    end if;
    insert into house.guests values (new.appointment_id::bigint, new.employee_id);
    return new;
  end $$;
  create trigger write_guest instead of insert or delete on erp.appointment_participants
    for each row execute function house.write_guest();

  create view erp.appointment_equipment as
  select ''::text as appointment_id, 0 as position, ''::text as name where false;
  create view erp.appointment_exceptions as
  select ''::text as appointment_id, null::date as original_date, false as deleted, ''::text as title, ''::text as body,
         ''::text as location, false as all_day, now() as starts_at, now() as ends_at, null::date as first_day,
         null::date as last_day, false as is_private, ''::text as show_as, false as reminder_changed,
         0 as reminder_minutes, ''::text as priority_id where false;
  create function house.no_series() returns trigger language plpgsql as
  $$ begin raise exception 'Dieses ERP kennt keine Serien.'; end $$;
  create trigger no_series instead of insert or update or delete on erp.appointment_exceptions
    for each row execute function house.no_series()`;

let server: ErpServer;
beforeAll(async () => {
  server = await startErpServer();
});
afterAll(async () => {
  await server.stop();
});

let erp: ErpDatabase;
let port: ErpPort<ErpAppointment, ErpAppointmentPatch>;
const never = new AbortController().signal;
const lease = { pairId: 'pair-1', fence: 1 };
const morning: ErpAppointment['when'] = {
  kind: 'timed',
  startsAt: parseInstant('2026-07-01T07:00:00Z'),
  endsAt: parseInstant('2026-07-01T08:00:00Z'),
};

beforeEach(async () => {
  erp = await server.open();
  await erp.db.raw(HOUSE);
  port = appointmentsOfErp(erp.db, { writeTimeoutMs: 20_000, claimant: null });
});
afterEach(async () => {
  await erp.close();
});

async function create(
  ...titles: readonly string[]
): Promise<readonly Answer<RecordSeen<ErpAppointment>>[]> {
  const entries = titles.map((title) => ({
    key: `key of ${title}`,
    attempt: 1,
    ownerId: 'E01',
    patch: { title, when: morning },
  }));
  return port.create(lease, entries, never);
}

function valueOf(
  answer: Answer<RecordSeen<ErpAppointment>> | undefined,
): RecordSeen<ErpAppointment> {
  if (answer?.ok !== true) throw answer?.failure ?? new Error('no answer');
  return answer.value;
}

describe('an ERP with tables of its own, behind views with INSTEAD OF triggers', () => {
  it('a batch is inserted, clipped to its limits, and answered in order', async () => {
    const long = 'Besprechung mit allen Beteiligten über die neue Pressenlinie Ōsaka';
    const [a, b] = (await create(long, 'Kurz')).map(valueOf);
    expect(a?.record).toMatchObject({ title: long.slice(0, 60), when: morning, location: '' });
    expect(b?.record.title).toBe('Kurz');
    const { rows } = await erp.db.raw<{ rows: readonly { readonly begins: string }[] }>(
      'select begins::text as begins from house.dates order by number',
    );
    expect(rows).toEqual([{ begins: '2026-07-01 09:00:00' }, { begins: '2026-07-01 09:00:00' }]);
  });

  it('one refused row fails alone', async () => {
    const answers = await create('A', 'Gift', 'B');
    expect(answers.map((answer) => answer.ok)).toEqual([true, false, true]);
  });

  it('a time becomes days, in the columns that change', async () => {
    const [answer] = await create('Urlaub');
    const { id, version } = valueOf(answer);
    const when = {
      kind: 'allDay' as const,
      firstDay: parsePlainDate('2026-07-01'),
      lastDay: parsePlainDate('2026-07-03'),
    };
    const [after] = await port.update(
      lease,
      [{ id, version, writeId: 'w1', patch: { when } }],
      never,
    );
    expect(valueOf(after).record).toMatchObject({ title: 'Urlaub', when });
  });

  it('what it cannot hold at all is refused in its own words', async () => {
    const patch: ErpAppointmentPatch = {
      title: 'Serie',
      when: morning,
      exceptions: [{ originalDate: parsePlainDate('2026-07-02'), deleted: true, fields: {} }],
    };
    const answers = await port.create(
      lease,
      [{ key: 'k', attempt: 1, ownerId: 'E01', patch }],
      never,
    );
    expect(answers).toMatchObject([
      { ok: false, failure: { kind: 'rejected', message: 'Dieses ERP kennt keine Serien.' } },
    ]);
  });

  it('deleting by a mark is a deletion, proven in the log, and the record stays out of scope', async () => {
    const [answer] = await create('Weg damit');
    const { id, birth, version } = valueOf(answer);
    const { position } = await port.changesSince('E01', null, never);
    expect(await port.remove(lease, [{ id, version, what: 'record' }], never)).toEqual([
      { ok: true, value: null },
    ]);
    const { changes } = await port.changesSince('E01', position, never);
    expect(changes).toEqual([{ kind: 'removed', id, birth }]);
    expect((await port.changesSince('E01', null, never)).changes).toEqual(changes);
    const [after] = await port.read('E01', [id], never);
    expect(valueOf(after).isInScope).toBe(false);
  });

  it('a guest is taken out, and the log tells both', async () => {
    const [answer] = await create('Messe');
    const { id } = valueOf(answer);
    await erp.db.raw("insert into house.guests values (:id::bigint, 'E02')", { id });
    const [shared] = await port.read('E02', [id], never);
    const { version, birth, employees } = valueOf(shared);
    expect(employees).toEqual(['E01', 'E02']);
    const [e01, e02] = [
      await port.changesSince('E01', null, never),
      await port.changesSince('E02', null, never),
    ];
    await port.remove(lease, [{ id, version, what: { employeeId: 'E02' } }], never);
    expect((await port.changesSince('E02', e02.position, never)).changes).toEqual([
      { kind: 'removed', id, birth },
    ]);
    expect((await port.changesSince('E01', e01.position, never)).changes).toMatchObject([
      { kind: 'seen', id },
    ]);
  });

  it('the check says what it lacks: it refuses the series that the trial writes', async () => {
    const clock = { now: () => parseInstant(new Date().toISOString()) };
    const wrong = (await checkErp(erp.db, clock)).filter(({ ok }) => !ok);
    expect(wrong.map(({ name }) => name)).toEqual(['round trip']);
    expect(wrong[0]?.detail.de).toContain('keine Serien');
  });
});
