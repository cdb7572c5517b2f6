import { z } from 'zod';
import { lineOf } from '../demo/calendar-entry.js';
import type { Person } from '../demo/people.js';
import { withClient } from '../demo/sql-client.js';
import type { Ground } from './ground.js';

/**
 * Throws unless both sides of an employee hold the same appointments, as far as a quick look shows: how many there are,
 * and of each its title, place, whether it repeats, and when a timed one begins. A fast wrong run must not pass.
 */
export async function checkSides(ground: Ground, person: Person): Promise<void> {
  const [records, items] = await Promise.all([
    readRecords(ground.databases.erp, person.employeeId),
    readItems(ground.exchange.control, person.mailbox),
  ]);
  if (records.length === 0) throw new Error(`${person.name} has no appointments in the ERP`);
  const difference = records.findIndex((record, at) => record !== items[at]);
  if (difference === -1 && records.length === items.length) return;
  throw new Error(
    `${person.name}: ${records.length} records, ${items.length} items; the first difference: ` +
      `${records[difference] ?? 'no record'} / ${items[difference] ?? 'no item'}`,
  );
}

async function readRecords(erpUrl: string, employeeId: string): Promise<string[]> {
  return await withClient(erpUrl, async (client) => {
    const { rows } = await client.query<{
      title: string;
      location: string;
      is_series: boolean;
      starts_at: Date | null;
    }>(
      `select title, location, rrule is not null as is_series, starts_at from erp.appointments where owner_id = $1`,
      [employeeId],
    );
    return rows
      .map(({ title, location, is_series, starts_at }) =>
        look(title, location, is_series, starts_at?.getTime() ?? null),
      )
      .sort();
  });
}

const ITEM = z.looseObject({
  Subject: z.string().default(''),
  Location: z.string().default(''),
  CalendarItemType: z.string(),
  IsAllDayEvent: z.boolean().default(false),
  Start: z.string(),
});

async function readItems(control: string, mailbox: string): Promise<string[]> {
  const response = await fetch(`${control}/items?mailbox=${mailbox}`);
  return z
    .array(ITEM)
    .parse(await response.json())
    .map(({ Subject, Location, CalendarItemType, IsAllDayEvent, Start }) =>
      look(
        Subject,
        Location,
        CalendarItemType === 'RecurringMaster',
        IsAllDayEvent ? null : Date.parse(Start),
      ),
    )
    .sort();
}

function look(title: string, location: string, isSeries: boolean, start: number | null): string {
  return JSON.stringify([lineOf(title), lineOf(location), isSeries, start]);
}
