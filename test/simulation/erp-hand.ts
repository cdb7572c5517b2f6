import type { ErpAppointment, ErpException, ErpWhen } from '../../mappings/erp-record.js';
import { APPOINTMENT } from '../../mappings/appointment/kind.js';
import { occurrencesOf } from '../../mappings/occurrences.js';
import { firstDayOf } from '../../mappings/recurrence.js';
import { Untranslatable } from '../../mappings/translation.js';
import { addDays, instantOf, parsePlainDate, parseZone } from '../../mappings/values.js';
import type { RecordSeen } from '../../sync/ports/erp.js';

import type { Person } from './person.js';
import type { Act, Stage } from './stage.js';

const RULES = [
  'FREQ=DAILY;INTERVAL=2;COUNT=12',
  'FREQ=WEEKLY;INTERVAL=1;BYDAY=MO,TH;WKST=MO;UNTIL=20260630',
  'FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;WKST=SU',
  'FREQ=MONTHLY;INTERVAL=1;BYMONTHDAY=28,29,30,31;BYSETPOS=-1;COUNT=6',
  'FREQ=MONTHLY;INTERVAL=1;BYDAY=TU;BYSETPOS=3;COUNT=5',
  'FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=10;COUNT=3',
] as const;

/** What people do in the ERP. */
export const ERP_ACTS: readonly Act[] = [
  create,
  create,
  create,
  edit('title', ({ token }) => ({ title: `${token} Besprechung` })),
  edit('title', ({ token }) => ({ title: `${token} Besprechung` })),
  edit('body', ({ token }) => ({ body: `neu: ${token}` })),
  edit('body', ({ token }) => ({ body: `neu: ${token}` })),
  edit('reminder', ({ number }) => ({ reminderMinutes: number })),
  edit('when', ({ number }, { rrule }) => (rrule === null ? { when: whenOf(number) } : {})),
  edit('when', ({ number }, { rrule }) => (rrule === null ? { when: whenOf(number) } : {})),
  edit('show as', ({ random }) => ({ showAs: random.oneOf(['free', 'busy', 'away']) })),
  edit('priority', ({ random }) => ({ priorityId: random.oneOf([null, 'P1', 'P2', 'P3', 'P4']) })),
  edit('exceptions', (stage, record) => ({ exceptions: withException(stage, record) })),
  edit('exceptions', (stage, record) => ({ exceptions: withException(stage, record) })),
  edit('rule', withRule),
  togglePrivate,
  changeParticipants,
  remove,
  remove,
  reuseId,
  toggleScope,
];

/** A time of its own for each number, on a whole minute. */
export function whenOf(number: number, isAllDay = false): ErpWhen {
  const day = addDays(parsePlainDate('2026-03-03'), number % 90);
  if (isAllDay) return { kind: 'allDay', firstDay: day, lastDay: addDays(day, number % 3) };
  const start = Date.parse(`${day}T06:00:00Z`) + (number % 600) * 60_000;
  return { kind: 'timed', startsAt: instantOf(start), endsAt: instantOf(start + 1_800_000) };
}

function create(stage: Stage, id?: string): void {
  const { firm, oracle, random, token, number } = stage;
  const owner = random.oneOf(firm.people);
  const others = firm.people.filter((one) => one !== owner && random.chance(0.3));
  const isSeries = random.chance(0.35);
  const isPrivate = random.chance(0.1);
  const tag = oracle.newTag();
  const record: Partial<ErpAppointment> = {
    title: `${token} Termin`,
    location: tag,
    body: random.chance(0.5) ? `Text zu ${token}\nzweite Zeile` : '',
    when: whenOf(number, !isSeries && random.chance(0.2)),
    rrule: isSeries ? random.oneOf(RULES) : null,
    timeZone: parseZone(random.oneOf(['Europe/Berlin', 'America/New_York', 'Asia/Tokyo'])),
    priorityId: random.oneOf([null, 'P1', 'P2', 'P3', 'P4']),
    reminderMinutes: random.chance(0.5) ? number : null,
    isPrivate,
    participants: others.map(participant),
  };
  firm.erp.person.create(owner.employeeId, record, id);
  oracle.made('erp', tag);
  if (isPrivate) oracle.hide(oracle.thing(tag), [owner, ...others]);
}

function edit(
  what: string,
  change: (stage: Stage, record: ErpAppointment) => Partial<ErpAppointment>,
): Act {
  return (stage) => {
    const row = someRow(stage);
    if (row === null) return;
    stage.oracle.edit('erp', row.id, what, () => {
      stage.firm.erp.person.edit(row.id, change(stage, row.record));
    });
  };
}

function togglePrivate(stage: Stage): void {
  const { firm, oracle } = stage;
  const row = someRow(stage);
  if (row === null || oracle.thing(row.record.location).isMeeting) return;
  const isPrivate = !row.record.isPrivate;
  oracle.edit('erp', row.id, isPrivate ? 'private' : 'not private', () => {
    firm.erp.person.edit(row.id, { isPrivate });
  });
  if (isPrivate) oracle.hide(oracle.thing(row.record.location), peopleIn(firm.people, row));
}

function changeParticipants(stage: Stage): void {
  const { firm, oracle, random } = stage;
  const row = someRow(stage);
  const others = firm.people.filter(({ employeeId }) => employeeId !== row?.record.ownerId);
  if (row === null || others.length === 0) return;
  const person = random.oneOf(others);
  const { participants, location: tag } = row.record;
  const rest = participants.filter(({ employeeId }) => employeeId !== person.employeeId);
  if (rest.length < participants.length) {
    const change = (): void => firm.erp.person.edit(row.id, { participants: rest });
    oracle.takeOut(tag, person, change);
    return;
  }
  firm.erp.person.edit(row.id, { participants: [...rest, participant(person)] });
  const { isInScope, record } = row;
  oracle.joined('erp', tag, person, { isInScope, isPrivate: record.isPrivate });
}

function remove(stage: Stage): string | null {
  const { firm, oracle, random } = stage;
  const row = someRow(stage);
  if (row === null || random.chance(0.3)) return null;
  const tag = row.record.location;
  const thing = oracle.thing(tag);
  const reached = peopleIn(firm.people, row).filter((one) => oracle.losesItem(thing, one));
  oracle.delete('erp', tag, ['erp', ...reached], () => firm.erp.person.remove(row.id));
  return row.id;
}

/** Some ERPs give the id of a deleted record to the next one. */
function reuseId(stage: Stage): void {
  const id = remove(stage);
  if (id === null) return;
  stage.firm.befell('idsReused');
  create(stage, id);
}

/** The ERP's own filter leaves a record out, or has it again. */
function toggleScope(stage: Stage): void {
  const { firm, oracle } = stage;
  const row = someRow(stage);
  if (row === null) return;
  const thing = oracle.thing(row.record.location);
  firm.erp.person.setInScope(row.id, !row.isInScope);
  firm.note(`erp ${row.isInScope ? 'leaves out' : 'has again'} ${thing.tag}`);
  for (const person of peopleIn(firm.people, row)) {
    oracle.moveScope(thing, person, 'scope', !row.isInScope);
  }
}

/** Not one that means no series at all: what cannot be read is parked, and that is another story. */
function withRule({ firm, random }: Stage, record: ErpAppointment): Partial<ErpAppointment> {
  const [first] = firm.people;
  if (record.rrule === null || first === undefined) return {};
  const rrule = random.oneOf(RULES);
  try {
    APPOINTMENT.fromErp({ ...record, rrule }, firm.translation(first));
    return { rrule };
  } catch (error) {
    if (error instanceof Untranslatable) return {};
    throw error;
  }
}

function withException(
  { firm, random, token }: Stage,
  record: ErpAppointment,
): readonly ErpException[] {
  const [first] = firm.people;
  if (record.rrule === null || first === undefined) return record.exceptions;
  const value = APPOINTMENT.fromErp(record, firm.translation(first));
  if (value.series === null) return record.exceptions;
  const days = occurrencesOf(value.series, firstDayOf(value.when)).dates(null, 5).slice(1);
  if (days.length === 0) return record.exceptions;
  const originalDate = random.oneOf(days);
  const others = record.exceptions.filter((one) => one.originalDate !== originalDate);
  const isDeleted = random.chance(0.4);
  const fields = isDeleted ? {} : { title: `${token} anders` };
  return [...others, { originalDate, deleted: isDeleted, fields }];
}

function someRow({
  firm,
  random,
}: Pick<Stage, 'firm' | 'random'>): RecordSeen<ErpAppointment> | null {
  const rows = firm.erp.rows.filter(({ record }) => record.location !== '');
  return rows.length === 0 ? null : random.oneOf(rows);
}

function peopleIn(
  people: readonly Person[],
  { employees }: RecordSeen<ErpAppointment>,
): readonly Person[] {
  return people.filter(({ employeeId }) => employees.includes(employeeId));
}

function participant({ employeeId }: Person): ErpAppointment['participants'][number] {
  return { employeeId, email: null, name: '', reply: 'none' };
}
