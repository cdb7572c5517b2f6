import type pg from 'pg';
import { dayAfter } from './calendar-entry.js';
import { daysOf, instantOfWall } from './erp-calendar.js';
import { fittingRhythm, rruleOf } from './rhythm.js';
import { openClient } from './sql-client.js';
import { numberMark } from './thing.js';
import type { Change, Content, Importance, Outcome, Thing, Times } from './thing.js';

/** The hand of somebody who works in the ERP: plain SQL, as the ERP's own client would write it. */
export class ErpHand {
  private readonly client: pg.Client;

  private constructor(client: pg.Client) {
    this.client = client;
  }

  static async open(url: string): Promise<ErpHand> {
    return new ErpHand(await openClient(url));
  }

  async close(): Promise<void> {
    await this.client.end();
  }

  /** Makes one edit in one transaction. */
  async perform(thing: Thing, change: Change): Promise<Outcome> {
    if (change.kind === 'create') {
      await this.create(thing, change.content);
      return 'done';
    }
    const id = thing.recordId ?? (await this.findRecord(thing));
    if (id === null) return 'absent';
    thing.recordId = id;
    const isDone = await this.inTransaction(async () => await this.change(id, change));
    return isDone ? 'done' : 'refused';
  }

  /** The id of the record that the sync made of something that was born in a mailbox; null = not there yet. */
  async findRecord(thing: Thing): Promise<string | null> {
    const { rows } = await this.client.query<{ id: string }>(
      `select id from erp.appointments where owner_id = $1 and starts_with(title, $2) order by id limit 1`,
      [thing.owner.employeeId, numberMark(thing.number)],
    );
    return rows[0]?.id ?? null;
  }

  private async create(thing: Thing, content: Content): Promise<void> {
    const { times, rhythm } = content;
    const values = {
      owner_id: thing.owner.employeeId,
      title: content.title,
      body: content.body,
      location: content.location,
      rrule: rhythm === null ? null : rruleOf(rhythm, times.day),
      is_private: content.isPrivate,
      show_as: content.showAs,
      reminder_minutes: content.reminder,
      priority_id: await this.priorityOf(content.importance),
      time_zone: times.kind === 'timed' ? times.zone : 'Europe/Berlin',
      ...timeColumns(times),
    };
    const names = Object.keys(values);
    const places = names.map((_, at) => `$${at + 1}`);
    await this.inTransaction(async () => {
      const { rows } = await this.client.query<{ id: string }>(
        `insert into erp.appointments (${names.join(', ')}) values (${places.join(', ')}) returning id`,
        Object.values(values),
      );
      thing.recordId = rows[0]?.id ?? null;
      for (const person of thing.people.slice(1)) {
        await this.addPerson(thing.recordId ?? '', person.employeeId);
      }
      return true;
    });
  }

  private async change(id: string, change: Change): Promise<boolean> {
    switch (change.kind) {
      case 'text':
        return await this.set(id, { [change.field]: change.value });
      case 'private':
        return await this.set(id, { is_private: change.value });
      case 'showAs':
        return await this.set(id, { show_as: change.value });
      case 'reminder':
        return await this.set(id, { reminder_minutes: change.value });
      case 'importance':
        return await this.set(id, { priority_id: await this.priorityOf(change.value) });
      case 'zone':
        return await this.set(id, { time_zone: change.zone });
      case 'times':
        return await this.set(id, { rrule: null, ...timeColumns(change.times) });
      case 'shift':
        return await this.run(SHIFT, [id, change.minutes]);
      case 'rhythm':
        return await this.repeat(id, change);
      case 'occurrenceShift':
      case 'occurrenceTitle':
      case 'occurrenceDelete':
        return await this.changeOccurrence(id, change);
      case 'addPerson':
        return await this.addPerson(id, change.person.employeeId);
      case 'removePerson':
        return await this.run(REMOVE_PERSON, [id, change.person.employeeId]);
      case 'delete':
        return await this.run('delete from erp.appointments where id = $1', [id]);
      case 'create':
      case 'html':
      case 'copy':
      case 'moveOut':
      case 'moveBack':
      case 'restore':
        throw new Error(`${change.kind} is nothing that is done in the ERP`);
    }
  }

  private async set(id: string, values: Readonly<Record<string, unknown>>): Promise<boolean> {
    const names = Object.keys(values).map((name, at) => `${name} = $${at + 2}`);
    return await this.run(`update erp.appointments set ${names.join(', ')} where id = $1`, [
      id,
      ...Object.values(values),
    ]);
  }

  private async run(sql: string, values: readonly unknown[]): Promise<boolean> {
    const { rowCount } = await this.client.query(sql, [...values]);
    return (rowCount ?? 0) > 0;
  }

  /** Another pattern from the same first day on; the exceptions of the old one go, as ERPs do it. */
  private async repeat(id: string, { rhythm }: Change & { kind: 'rhythm' }): Promise<boolean> {
    const series = await this.readSeries(id);
    if (series === null) return false;
    await this.run('delete from erp.appointment_exceptions where appointment_id = $1', [id]);
    return await this.set(id, {
      rrule: rruleOf(fittingRhythm(rhythm, series.firstDay), series.firstDay),
    });
  }

  private async changeOccurrence(id: string, change: OccurrenceChange): Promise<boolean> {
    const series = await this.readSeries(id);
    if (series?.rrule == null) return false;
    const day = daysOf(series.firstDay, series.rrule, '2040-01-01', change.nth + 1)[change.nth];
    if (day === undefined) return false;
    const isGone = await this.run(
      'select from erp.appointment_exceptions where appointment_id = $1 and original_date = $2 and deleted',
      [id, day],
    );
    if (isGone) return false;
    if (change.kind === 'occurrenceDelete') return await this.run(DELETE_OCCURRENCE, [id, day]);
    if (change.kind === 'occurrenceTitle') {
      return await this.run(TITLE_OCCURRENCE, [id, day, change.value]);
    }
    return series.isAllDay ? false : await this.run(SHIFT_OCCURRENCE, [id, day, change.minutes]);
  }

  private async readSeries(
    id: string,
  ): Promise<{ rrule: string | null; firstDay: string; isAllDay: boolean } | null> {
    const { rows } = await this.client.query<{
      rrule: string | null;
      first_day: string;
      all_day: boolean;
    }>(READ_SERIES, [id]);
    const [row] = rows;
    if (row === undefined) return null;
    return { rrule: row.rrule, firstDay: row.first_day, isAllDay: row.all_day };
  }

  private async addPerson(id: string, employeeId: string): Promise<boolean> {
    return await this.run(ADD_PERSON, [id, employeeId]);
  }

  private async priorityOf(importance: Importance): Promise<string | null> {
    const { rows } = await this.client.query<{ id: string }>(
      'select id from erp.priorities where importance = $1 order by rank limit 1',
      [importance],
    );
    return rows[0]?.id ?? null;
  }

  private async inTransaction(work: () => Promise<boolean>): Promise<boolean> {
    await this.client.query('begin');
    try {
      const isDone = await work();
      await this.client.query('commit');
      return isDone;
    } catch (error) {
      await this.client.query('rollback');
      throw error;
    }
  }
}

type OccurrenceChange = Extract<
  Change,
  { kind: 'occurrenceShift' | 'occurrenceTitle' | 'occurrenceDelete' }
>;

function timeColumns(times: Times): Readonly<Record<string, unknown>> {
  if (times.kind === 'allDay') {
    const lastDay = dayAfter(times.day, times.days - 1);
    return {
      all_day: true,
      starts_at: null,
      ends_at: null,
      first_day: times.day,
      last_day: lastDay,
    };
  }
  const start = instantOfWall(times.day, `${times.time}:00`, times.zone);
  return {
    all_day: false,
    starts_at: new Date(start),
    ends_at: new Date(start + times.minutes * 60_000),
    first_day: null,
    last_day: null,
    time_zone: times.zone,
  };
}

const SHIFT = `
  update erp.appointments set starts_at = starts_at + make_interval(mins => $2), ends_at = ends_at + make_interval(mins => $2)
   where id = $1 and not all_day`;

const READ_SERIES = `
  select rrule, all_day, coalesce(first_day, (starts_at at time zone time_zone)::date)::text as first_day
    from erp.appointments where id = $1`;

const DELETE_OCCURRENCE = `
  insert into erp.appointment_exceptions (appointment_id, original_date, deleted) values ($1, $2, true)
  on conflict (appointment_id, original_date) do update
    set deleted = true, title = null, body = null, location = null, all_day = null, starts_at = null, ends_at = null,
        first_day = null, last_day = null, is_private = null, show_as = null, reminder_changed = false,
        reminder_minutes = null, priority_id = null`;

const TITLE_OCCURRENCE = `
  insert into erp.appointment_exceptions (appointment_id, original_date, title) values ($1, $2, $3)
  on conflict (appointment_id, original_date) do update set title = excluded.title`;

/** The occurrence on its own day, some minutes from where the pattern has it. */
const SHIFT_OCCURRENCE = `
  insert into erp.appointment_exceptions (appointment_id, original_date, all_day, starts_at, ends_at)
  select id, $2, false,
         ($2::date + (starts_at at time zone time_zone)::time) at time zone time_zone + make_interval(mins => $3),
         ($2::date + (starts_at at time zone time_zone)::time) at time zone time_zone + make_interval(mins => $3)
           + (ends_at - starts_at)
    from erp.appointments where id = $1
  on conflict (appointment_id, original_date) do update
    set all_day = false, starts_at = excluded.starts_at, ends_at = excluded.ends_at, first_day = null, last_day = null`;

const ADD_PERSON = `
  insert into erp.appointment_participants (appointment_id, employee_id)
  select $1, $2 where not exists
    (select from erp.appointment_participants where appointment_id = $1 and employee_id = $2)`;

const REMOVE_PERSON =
  'delete from erp.appointment_participants where appointment_id = $1 and employee_id = $2';
