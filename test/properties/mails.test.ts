import { expect, test } from 'vitest';
import type { ErpWhen } from '../../mappings/erp-record.js';
import {
  addDays,
  daysBetween,
  instantOf,
  millisecondsOf,
  parsePlainDate,
} from '../../mappings/values.js';
import type { EmailAddress, PlainDate } from '../../mappings/values.js';
import type { PairOptions } from '../../sync/ports/pair.js';
import type { Watermarks } from '../../sync/ports/store.js';
import { EVA } from '../simulators/mailbox-bench.js';
import { ExchangeError } from '../simulators/mailbox/failure.js';
import { Random } from '../simulators/random.js';
import {
  answer,
  change,
  CUSTOMER,
  itemsOf,
  ourMails,
  ROOM,
  worldOf,
} from '../scenarios/meeting-world.js';
import { pairId } from '../scenarios/world.js';
import type { Who, World } from '../scenarios/world.js';

const SEEDS = 40;
const STEPS = 14;

const CHOICES: readonly { readonly name: string; readonly options: Partial<PairOptions> }[] = [
  { name: 'nobody may be told', options: { meetings: 'full' } },
  { name: 'mail without real meetings', options: { sendMail: true } },
  {
    name: 'real meetings, mode full',
    options: { realMeetings: true, sendMail: true, meetings: 'full' },
  },
  { name: 'real meetings, mode protected', options: { realMeetings: true, sendMail: true } },
  { name: 'the same, enforced', options: { realMeetings: true, sendMail: true, enforce: true } },
  { name: 'rooms alone', options: { bookRooms: true, meetings: 'full' } },
];

/** Who may have been told of a meeting, by what people did to its record; counted per name, which is never changed. */
interface Justified {
  /** Per address, of the whole: that it was put on the list, or was on it when the record got another time or place. */
  readonly heard: Map<string, number>;
  /** Per day of the pattern and address: that the occurrence was moved or called off. */
  readonly ofOccurrence: Map<string, number>;
  /** Per address, that it was taken out. */
  readonly out: Map<string, number>;
  removed: boolean;
}

type Act = (state: State) => void;

interface State {
  readonly world: World;
  readonly random: Random;
  readonly justified: Map<string, Justified>;
  /** Watermarks of Anna's as they were now and then. */
  readonly past: Watermarks[];
}

const PEOPLE: readonly EmailAddress[] = [CUSTOMER, ROOM, EVA];

const ACTS: readonly Act[] = [
  ({ world, random, justified }) => {
    const title = `Termin ${String(justified.size)}`;
    const invited = PEOPLE.filter(() => random.chance(0.5));
    const isMeeting = random.chance(0.8);
    const when = randomWhen(random);
    const rrule = random.chance(0.7) ? `FREQ=WEEKLY;COUNT=${String(OCCURRENCES)}` : null;
    const participants = invited.map(participant);
    world.erp.person.create('E01', { title, when, rrule, isMeeting, participants });
    const known: Justified = {
      ...{ heard: new Map(), ofOccurrence: new Map(), out: new Map() },
      removed: false,
    };
    justified.set(title, known);
    if (isToCome(world, when, rrule)) for (const one of invited) count(known.heard, one);
  },
  onRecord((state, { id, record }, justified) => {
    const { world, random } = state;
    const isTime = random.chance(0.5);
    const when = isTime ? randomWhen(random) : record.when;
    world.erp.person.edit(id, isTime ? { when } : { location: `Halle ${String(random.below(9))}` });
    if (!isToCome(world, when, record.rrule)) return;
    for (const one of peopleOf(world, record)) count(justified.heard, one);
    // another pattern has other occurrences: what is special about them is so anew
    if (!isTime) return;
    for (const one of record.exceptions) tellOf(world, justified, record, one.originalDate);
  }),
  onRecord(({ world, random }, { id }) => {
    world.erp.person.edit(id, { body: `Notiz ${String(random.below(99))}`, reminderMinutes: 5 });
  }),
  onRecord(({ world, random }, { id, record }, { heard }) => {
    const address = random.oneOf(PEOPLE);
    const has = record.participants.some(
      (one) => one.email === address || (one.employeeId !== null && address === EVA),
    );
    if (has) return;
    world.erp.person.edit(id, { participants: [...record.participants, participant(address)] });
    count(heard, address);
  }),
  onRecord(({ world, random }, { id, record }, { out }) => {
    if (record.participants.length === 0) return;
    const gone = random.oneOf(record.participants);
    world.erp.person.edit(id, { participants: record.participants.filter((one) => one !== gone) });
    count(out, addressOf(gone));
  }),
  ...Array.from({ length: 6 }, () => onRecord(changeOccurrence)),
  onRecord(({ world, random }, { id }, justified) => {
    if (random.chance(0.6)) return;
    world.erp.person.remove(id);
    justified.removed = true;
  }),
  ({ world, random }) => {
    const items = itemsOf(world, 'anna');
    if (items.length === 0) return;
    byPerson(() =>
      change(world.outlook('anna'), random.oneOf(items).id, {
        Location: `Raum ${String(random.below(9))}`,
      }),
    );
  },
  ({ world, random }) => {
    const items = itemsOf(world, 'eva');
    if (items.length === 0) return;
    const kind = random.oneOf(['Accept', 'Tentative', 'Decline'] as const);
    byPerson(() => answer(world, 'eva', random.oneOf(items).id, kind));
  },
  ({ world, past, random }) => {
    if (past.length > 0) world.store.pair(pairId('anna')).watermarks = random.oneOf(past);
  },
  ({ world, random }) => {
    if (random.chance(0.3)) world.forgetWatermarks('anna');
  },
];

test.each(CHOICES)(
  '$name: every mail is justified by one edit in the ERP, whatever dies and is repeated',
  async ({ options }) => {
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      // what is not known of Exchange (evidence B 1), one way and the other
      const modes =
        seed % 2 === 0 ? ({ exceptions: 'materialised', rangeChange: 'wipeAll' } as const) : {};
      const world = worldOf(options, { policy: { guard: { count: 1000, percent: 100 } }, modes });
      const state: State = { world, random: new Random(seed), justified: new Map(), past: [] };
      await world.cycle('anna');
      for (let step = 0; step < STEPS; step += 1) await stepOf(state);
      await world.settle();
      expect(unjustified(state, options), `seed ${String(seed)}`).toEqual([]);
      const sent = ourMails(world).length;
      await world.settle();
      expect(ourMails(world).length, `seed ${String(seed)} is not quiet`).toBe(sent);
    }
  },
);

async function stepOf({ world, random, ...rest }: State): Promise<void> {
  random.oneOf(ACTS)({ world, random, ...rest });
  const plan = { at: random.between(1, 25), when: random.oneOf(['before', 'after'] as const) };
  const who: Who = random.chance(0.7) ? 'anna' : 'eva';
  await world.cycle(who, random.chance(0.4) ? plan : null);
  rest.past.push(world.store.pair(pairId('anna')).watermarks);
  if (random.chance(0.4)) world.clock.advance(random.between(1, 90) * 1000);
}

/** One occurrence is moved, called off, or as its series has it again. */
function changeOccurrence({ world, random }: State, row: Row, justified: Justified): void {
  const { id, record } = row;
  if (record.rrule === null || record.when.kind !== 'timed') return;
  const originalDate = addDays(dayOf(record.when), 7 * random.below(OCCURRENCES));
  const others = record.exceptions.filter((one) => one.originalDate !== originalDate);
  const start =
    millisecondsOf(record.when.startsAt) + daysBetween(dayOf(record.when), originalDate) * DAY;
  const startsAt = instantOf(start + random.between(1, 6) * 3_600_000);
  const when = {
    kind: 'timed',
    startsAt,
    endsAt: instantOf(millisecondsOf(startsAt) + 3_600_000),
  } as const;
  const change = random.oneOf([
    { deleted: true, fields: {} },
    { deleted: false, fields: { when } },
    { deleted: false, fields: { location: `Raum ${String(random.below(9))}` } },
    { deleted: false, fields: { body: `Notiz ${String(random.below(99))}` } },
    null,
  ]);
  const exceptions = [...others, ...(change === null ? [] : [{ originalDate, ...change }])];
  exceptions.sort((a, b) => (a.originalDate < b.originalDate ? -1 : 1));
  world.erp.person.edit(id, { exceptions });
  const end = start + 7 * 3_600_000;
  if (end > millisecondsOf(world.clock.now())) tellOf(world, justified, record, originalDate);
}

function tellOf(
  world: World,
  { ofOccurrence }: Justified,
  record: Row['record'],
  day: string,
): void {
  for (const one of peopleOf(world, record)) count(ofOccurrence, `${day} ${one}`);
}

/** Who takes part: also Eva where the meeting still lies in her calendar, which brings her in again as soon as it is looked at. */
function peopleOf(world: World, { title, participants }: Row['record']): ReadonlySet<string> {
  const hasCopy = itemsOf(world, 'eva').some(({ properties }) => properties.Subject === title);
  return new Set([...participants.map(addressOf), ...(hasCopy ? [EVA] : [])]);
}

type Row = World['erp']['rows'][number];

function dayOf({ startsAt }: Extract<ErpWhen, { kind: 'timed' }>): PlainDate {
  return parsePlainDate(startsAt.slice(0, 10));
}

const OCCURRENCES = 5;
const DAY = 86_400_000;

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

/** Mails of ours that nothing explains. */
function unjustified(
  { world, justified }: State,
  options: Partial<PairOptions>,
): readonly string[] {
  const mayTell = options.realMeetings === true && options.sendMail === true;
  const told = new Map<string, number>();
  return ourMails(world).flatMap(({ kind, to, subject, from, originalStart }) =>
    to.flatMap((address) => {
      const known = justified.get(subject);
      const day = originalStart?.slice(0, 10);
      const name = `${kind} ${subject} ${day ?? ''} ${address}`;
      const isAllowed = mayTell || (options.bookRooms === true && address === ROOM);
      if (known === undefined || !isAllowed || from !== world.outlook('anna').address)
        return [name];
      if (day !== undefined) {
        return atMost(
          told,
          `${subject} ${day} ${address}`,
          known.ofOccurrence.get(`${day} ${address}`),
        );
      }
      const ends = (known.removed ? 1 : 0) + (known.out.get(address) ?? 0);
      if (kind === 'cancellation') return atMost(told, name, ends);
      return atMost(told, `${subject} ${address}`, known.heard.get(address));
    }),
  );
}

function atMost(told: Map<string, number>, name: string, most = 0): readonly string[] {
  count(told, name);
  const number = told.get(name) ?? 0;
  return number > most ? [`${name}, number ${String(number)} of ${String(most)}`] : [];
}

function onRecord(
  act: (state: State, row: World['erp']['rows'][number], justified: Justified) => void,
): Act {
  return (state) => {
    const { rows } = state.world.erp;
    if (rows.length === 0) return;
    const row = state.random.oneOf(rows);
    const known = state.justified.get(row.record.title);
    if (known !== undefined) act(state, row, known);
  };
}

function participant(address: EmailAddress) {
  if (address === EVA) {
    return { employeeId: 'E05', email: null, name: 'Eva', reply: 'none' } as const;
  }
  const person = { employeeId: null, email: address, name: '', reply: 'none' } as const;
  return address === ROOM ? { ...person, isRoom: true } : person;
}

/** Some are over. */
function randomWhen(random: Random): ErpWhen {
  const day = addDays(parsePlainDate('2026-02-25'), random.below(30));
  const start = Date.parse(`${day}T08:00:00Z`);
  return { kind: 'timed', startsAt: instantOf(start), endsAt: instantOf(start + 3_600_000) };
}

function isToCome(world: World, when: ErpWhen, rrule: string | null): boolean {
  if (when.kind !== 'timed') return false;
  const last = rrule === null ? 0 : (OCCURRENCES - 1) * 7 * DAY + DAY;
  return millisecondsOf(when.endsAt) + last > millisecondsOf(world.clock.now());
}

function addressOf({ email, employeeId }: Row['record']['participants'][number]): string {
  return employeeId === null ? (email ?? '') : EVA;
}

/** Exchange refused the person, as it would. */
function byPerson(act: () => void): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error;
  }
}
