import { expect, test } from 'vitest';
import type { ErpAppointmentPatch, ErpException } from '../../mappings/erp-record.js';
import {
  addDays,
  instantOf,
  millisecondsOf,
  parseInstant,
  parsePlainDate,
} from '../../mappings/values.js';
import type { EmailAddress, Instant, PlainDate } from '../../mappings/values.js';
import type { PairOptions } from '../../sync/ports/pair.js';
import { EVA } from '../simulators/mailbox-bench.js';
import { Random } from '../simulators/random.js';
import {
  CUSTOMER,
  itemOf,
  ourMails,
  recordOf,
  ROOM,
  saidOf,
  worldOf,
} from '../scenarios/meeting-world.js';
import { pairId } from '../scenarios/world.js';
import type { World } from '../scenarios/world.js';

/**
 * One edit of one meeting in the ERP: exactly the mails it justifies go out, each once; and whoever dies at whatever call of the
 * cycle that brings it over, before or after, none of them goes out twice, and one that may be lost is said.
 */
const SEEDS = 5;

const CHOICES: readonly { readonly name: string; readonly options: Partial<PairOptions> }[] = [
  { name: 'mode full', options: { realMeetings: true, sendMail: true, meetings: 'full' } },
  { name: 'mode protected', options: { realMeetings: true, sendMail: true } },
  { name: 'sending off', options: { realMeetings: true, meetings: 'full' } },
  { name: 'copies', options: { sendMail: true, meetings: 'full' } },
];

const PEOPLE: readonly EmailAddress[] = [CUSTOMER, EVA, ROOM];
/** The world stands at the evening of the first one. */
const FIRST = parsePlainDate('2026-03-02');
const DAYS = [0, 7, 14, 21].map((days) => addDays(FIRST, days));
const NOW = parseInstant('2026-03-02T20:00:00Z');

/** An edit, and the mails that it justifies, as `kind occurrence address`. */
interface Edit {
  readonly name: string;
  readonly patch: ErpAppointmentPatch | 'removed';
  readonly mails: readonly string[];
}

interface Meeting {
  readonly isSeries: boolean;
  readonly invited: readonly EmailAddress[];
  readonly exceptions: readonly ErpException[];
}

const at = (day: PlainDate, hour: number): Instant =>
  instantOf(Date.parse(`${day}T00:00:00Z`) + hour * 3_600_000);

function span(day: PlainDate, hour: number) {
  return { kind: 'timed', startsAt: at(day, hour), endsAt: at(day, hour + 1) } as const;
}

function randomMeeting(random: Random): Meeting {
  const isSeries = random.chance(0.8);
  const invited = PEOPLE.filter(() => random.chance(0.7));
  const exceptions =
    isSeries && random.chance(0.5) ? [randomException(random, DAYS[2] ?? FIRST)] : [];
  return { isSeries, invited, exceptions };
}

function randomException(random: Random, originalDate: PlainDate): ErpException {
  const kind = random.below(4);
  if (kind === 0) return { originalDate, deleted: true, fields: {} };
  const fields = [
    { when: span(addDays(originalDate, random.below(3)), random.between(12, 15)) },
    { location: `Raum ${String(random.below(9))}` },
    { body: `Notiz ${String(random.below(9))}` },
  ][kind - 1];
  return { originalDate, deleted: false, fields: fields ?? {} };
}

function participant(address: EmailAddress) {
  if (address === EVA) {
    return { employeeId: 'E05', email: null, name: 'Eva', reply: 'none' } as const;
  }
  const person = { employeeId: null, email: address, name: '', reply: 'none' } as const;
  return address === ROOM ? { ...person, isRoom: true } : person;
}

function toAll(kind: string, about: string, { invited }: Meeting): readonly string[] {
  return invited.map((address) => `${kind} ${about} ${address}`);
}

/** What attendees are told of an exception. */
function told(exception: ErpException | undefined): string {
  if (exception === undefined || exception.deleted) return exception === undefined ? '' : 'deleted';
  const { when, location } = exception.fields;
  return JSON.stringify([when ?? null, location ?? null]).replace('[null,null]', '');
}

function editOfOccurrence(random: Random, meeting: Meeting): Edit {
  const originalDate = random.oneOf(DAYS);
  const before = meeting.exceptions.find((one) => one.originalDate === originalDate);
  const after = random.chance(0.2) ? undefined : randomException(random, originalDate);
  const others = meeting.exceptions.filter((one) => one !== before);
  const exceptions = [...others, ...(after === undefined ? [] : [after])].sort((a, b) =>
    a.originalDate < b.originalDate ? -1 : 1,
  );
  const { when = span(originalDate, 8) } = after?.deleted === false ? after.fields : {};
  const isOver = when.kind === 'timed' && when.endsAt <= NOW;
  // whoever has it cancelled cannot be told that it takes place as before
  const isSayable = before?.deleted !== true || after !== undefined;
  const isTold =
    told(before) !== told(after) ||
    (before?.deleted === true && after !== undefined && !after.deleted);
  const kind = after?.deleted === true ? 'cancellation' : 'update';
  const mails = isTold && isSayable && !isOver ? toAll(kind, originalDate, meeting) : [];
  const name = `${originalDate} ${told(before)} → ${told(after)}`;
  return { name, patch: { exceptions }, mails };
}

function randomEdit(random: Random, meeting: Meeting): Edit {
  const participants = meeting.invited.map(participant);
  const [gone] = meeting.invited;
  const more = PEOPLE.find((one) => !meeting.invited.includes(one));
  const choices: readonly Edit[] = [
    ...(meeting.isSeries ? Array.from({ length: 6 }, () => editOfOccurrence(random, meeting)) : []),
    {
      name: 'another place',
      patch: { location: 'Halle 9' },
      mails: toAll('update', 'all', meeting),
    },
    { name: 'another note', patch: { body: 'Nur für uns', reminderMinutes: 5 }, mails: [] },
    { name: 'removed', patch: 'removed', mails: toAll('cancellation', 'all', meeting) },
    // nobody is told of it: Exchange would tell those who stay as well
    ...(gone === undefined
      ? []
      : [{ name: 'one less', patch: { participants: participants.slice(1) }, mails: [] }]),
    ...(more === undefined
      ? []
      : [
          {
            name: 'one more',
            patch: { participants: [...participants, participant(more)] },
            mails: [`invitation all ${more}`],
          },
        ]),
  ];
  return random.oneOf(choices);
}

/** What is not known of Exchange (evidence B 1) the other way round. */
const OTHER_SERVER = {
  exceptions: 'materialised',
  rangeChange: 'wipeAll',
  sameRecurrence: 'wipe',
} as const;

/** A meeting of Anna's in both places, that is to come, with everything that has been mailed forgotten. */
async function prepared(
  options: Partial<PairOptions>,
  meeting: Meeting,
  seed: number,
): Promise<World> {
  const policy = { guard: { count: 1000, percent: 100 } };
  const world = worldOf(options, { policy, modes: seed % 2 === 0 ? OTHER_SERVER : {} });
  world.clock.advance(millisecondsOf(NOW) - millisecondsOf(world.clock.now()));
  await world.cycle('anna');
  const start = meeting.isSeries ? FIRST : addDays(FIRST, 7);
  world.erp.person.create('E01', {
    title: 'Runde',
    when: span(start, 8),
    rrule: meeting.isSeries ? `FREQ=WEEKLY;COUNT=${String(DAYS.length)}` : null,
    isMeeting: true,
    participants: meeting.invited.map(participant),
    exceptions: meeting.exceptions,
  });
  await world.settle();
  world.organisation.mails.length = 0;
  return world;
}

function carryOut(world: World, { patch }: Edit): void {
  const { id } = recordOf(world);
  if (patch === 'removed') world.erp.person.remove(id);
  else world.erp.person.edit(id, patch);
}

function sent(world: World): readonly string[] {
  return ourMails(world)
    .flatMap(({ kind, to, originalStart }) =>
      to.map((address) => `${kind} ${originalStart?.slice(0, 10) ?? 'all'} ${address}`),
    )
    .sort();
}

test.each(CHOICES)('$name: exactly the mails that one edit justifies', async ({ options }) => {
  for (let seed = 1; seed <= SEEDS * 8; seed += 1) {
    const { meeting, edit, due } = planOf(seed, options);
    const world = await prepared(options, meeting, seed);
    carryOut(world, edit);
    await world.settle();
    expect(sent(world), `seed ${String(seed)}: ${edit.name}`).toEqual(due);
  }
});

test.each(CHOICES.slice(0, 3))(
  '$name: and none of them twice, whoever dies when',
  async ({ options }) => {
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const { meeting, edit, due } = planOf(seed, options);
      for (let call = 1; ; call += 1) {
        for (const when of ['before', 'after'] as const) {
          const world = await prepared(options, meeting, seed);
          const saidBefore = saidOf(world, 'anna', 'mailUncertain').length;
          carryOut(world, edit);
          await world.cycle('anna', { at: call, when });
          await world.settle();
          const mails = sent(world);
          const where = `seed ${String(seed)}: ${edit.name}, ${when} call ${String(call)}`;
          expect(new Set(mails).size, where).toBe(mails.length);
          expect(due, where).toEqual(expect.arrayContaining([...mails]));
          const isSaid = saidOf(world, 'anna', 'mailUncertain').length > saidBefore;
          expect(mails.length === due.length || isSaid, where).toBe(true);
          if (edit.patch !== 'removed')
            expect(itemOf(world, 'anna').properties.Subject).toBe('Runde');
          expect(world.store.pair(pairId('anna')).intents.size).toBe(0);
        }
        if (call >= CALLS) break;
      }
    }
  },
);

/** More than a cycle of one edit makes. */
const CALLS = 14;

function planOf(seed: number, options: Partial<PairOptions>) {
  const random = new Random(seed);
  const meeting = randomMeeting(random);
  const edit = randomEdit(random, meeting);
  const mayTell = options.realMeetings === true && options.sendMail === true;
  return { meeting, edit, due: mayTell ? [...edit.mails].sort() : [] };
}
