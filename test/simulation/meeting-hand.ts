import { edit as write, make, WRITING } from '../simulators/mailbox-bench.js';
import { ExchangeError } from '../simulators/mailbox/failure.js';
import { isMeeting, isOrganizer } from '../simulators/mailbox/ledger.js';
import type { WriteContext } from '../simulators/mailbox/mailbox.js';
import type { ItemInput } from '../simulators/mailbox/properties.js';
import { answerMeeting, cancelMeeting } from '../simulators/mailbox/responses.js';
import { isMaster } from '../simulators/mailbox/series.js';
import type { StoredItem } from '../simulators/mailbox/stored-item.js';
import { itemTarget } from '../simulators/mailbox/targets.js';
import type { Firm } from './firm.js';
import type { Person } from './person.js';
import { laterTimes, someOccurrence, timesOf, weekly } from './outlook-times.js';
import { itemsOf, recordsOf } from './sight.js';
import type { Act, Stage } from './stage.js';

/** What people do with meetings. Their Outlook sends mails, and those are not ours. */
export const MEETING_ACTS: readonly Act[] = [
  invite,
  invite,
  invite,
  answer,
  answer,
  answer,
  revise,
  revise,
  revise,
  revise,
  reviseOccurrence,
  reviseOccurrence,
  changeList,
  callOff,
  removeCopy,
  editCopy,
  editCopy,
];

const PERSON: Partial<WriteContext> = {
  send: 'SendToAllAndSaveCopy',
  cause: 'person',
  by: 'Person',
};
const ANSWERS = { Accept: 'accepted', Tentative: 'tentative', Decline: 'declined' } as const;
const CUSTOMER = 'einkauf@kunde.example';
const OTHERS = ['planung@kunde.example', 'leitung@kunde.example'] as const;

function invite({ firm, oracle, random, token, number }: Stage): void {
  const person = random.chance(0.25) ? firm.customer : random.oneOf(firm.people);
  const tag = oracle.newTag();
  const others = firm.people.filter((one) => one !== person);
  const some = others.filter(() => random.chance(0.7));
  // whom a customer does not invite has nothing of it
  const ours = some.length > 0 || person !== firm.customer ? some : others;
  const invited = [...ours.map(({ address }) => address), CUSTOMER];
  const times = timesOf(number);
  const isSeries = random.chance(0.25);
  const input: ItemInput = {
    Subject: `${token} Runde`,
    Location: tag,
    ...times,
    StartTimeZone: 'W. Europe Standard Time',
    EndTimeZone: 'W. Europe Standard Time',
    RequiredAttendees: invited.map((EmailAddress) => ({ EmailAddress })),
    ...(isSeries ? { Recurrence: weekly(Date.parse(times.Start), random) } : {}),
  };
  make(firm.mailbox(person), input, { context: PERSON });
  oracle.invited(person, tag);
  oracle.thing(tag).story.guests.set(CUSTOMER, true);
}

function answer({ firm, oracle, random }: Stage): void {
  const chosen = someMeeting({ firm, random }, (item) => !isOrganizer(item.properties));
  if (chosen === null) return;
  const { person, item } = chosen;
  const kind = random.oneOf(['Accept', 'Tentative', 'Decline'] as const);
  const how = { host: firm.organisation, cause: 'person', by: person.name, isSent: true };
  const isDone = tolerated(() => {
    answerMeeting(firm.mailbox(person), itemTarget(item.id), { ...how, answer: kind });
  });
  if (isDone) oracle.answered(person, tagOf(item), ANSWERS[kind]);
}

function revise({ firm, oracle, random, token, number }: Stage): void {
  const chosen = someMeeting({ firm, random }, ({ properties }) => isOrganizer(properties));
  if (chosen === null) return;
  const { person, item } = chosen;
  const kind = random.oneOf(isMaster(item) ? OF_SERIES : OF_SINGLE);
  const input = CHANGES[kind]({ random, token, number }, item);
  oracle.edit(person, item.id, `the meeting's ${kind}`, () => {
    tolerated(() => write(firm.mailbox(person), item.id, input, { context: PERSON }));
  });
}

type Change = (chance: Pick<Stage, 'random' | 'token' | 'number'>, item: StoredItem) => ItemInput;

const CHANGES: Readonly<Record<(typeof OF_SINGLE | typeof OF_SERIES)[number], Change>> = {
  subject: ({ token }) => ({ Subject: `${token} neu` }),
  time: ({ number }) => timesOf(number),
  body: ({ token }) => ({ Body: { BodyType: 'HTML', Value: `<p>Agenda</p><b>${token}</b>` } }),
  reminder: ({ number }) => ({ ReminderIsSet: true, ReminderMinutesBeforeStart: number }),
  'show-as': ({ random }) => ({ LegacyFreeBusyStatus: random.oneOf(['Free', 'OOF', 'Busy']) }),
  importance: ({ random }) => ({ Importance: random.oneOf(['Low', 'Normal', 'High']) }),
  pattern: ({ random }, { properties }) => ({ Recurrence: weekly(properties.Start ?? 0, random) }),
};

const SMALL = ['subject', 'subject', 'body', 'body', 'reminder', 'show-as', 'importance'] as const;
const OF_SINGLE = [...SMALL, 'time', 'time'] as const;
const OF_SERIES = [...SMALL, 'pattern', 'pattern'] as const;

/** One occurrence is called something else, moved or called off. */
function reviseOccurrence({ firm, oracle, random, token }: Stage): void {
  const chosen = someMeeting({ firm, random }, ({ properties }) => isOrganizer(properties));
  if (chosen === null) return;
  const { person, item } = chosen;
  const mailbox = firm.mailbox(person);
  const occurrence = someOccurrence(mailbox, item, random);
  if (occurrence === null) return;
  const { id } = occurrence;
  const isOff = random.chance(0.4);
  const input = random.chance(0.5) ? { Subject: `${token} einzeln` } : laterTimes(occurrence);
  oracle.edit(person, item.id, isOff ? 'an occurrence off' : 'an occurrence', () => {
    tolerated(() => {
      if (!isOff) write(mailbox, id, input, { context: PERSON });
      else mailbox.remove(itemTarget(id), 'MoveToDeletedItems', { ...WRITING, ...PERSON });
    });
  });
}

/** Somebody outside comes onto the list, or goes. */
function changeList({ firm, oracle, random }: Stage): void {
  const chosen = someMeeting({ firm, random }, ({ properties }) => isOrganizer(properties));
  if (chosen === null) return;
  const { person, item } = chosen;
  const { RequiredAttendees: list = [] } = item.properties;
  const address = random.oneOf(OTHERS);
  const others = list.filter(({ EmailAddress }) => EmailAddress !== address);
  const isOn = others.length < list.length;
  const RequiredAttendees = isOn ? others : [...list, { EmailAddress: address }];
  oracle.edit(person, item.id, `${isOn ? 'without' : 'with'} ${address}`, () => {
    tolerated(() =>
      write(firm.mailbox(person), item.id, { RequiredAttendees }, { context: PERSON }),
    );
  });
  oracle.thing(tagOf(item)).story.guests.set(address, !isOn);
}

/** An attendee makes something else of their copy: that is theirs alone. */
function editCopy({ firm, oracle, random, token, number }: Stage): void {
  const chosen = someMeeting({ firm, random }, ({ properties }) => !isOrganizer(properties));
  if (chosen === null) return;
  const { person, item } = chosen;
  const kind = random.oneOf(SMALL);
  const input = CHANGES[kind]({ random, token, number }, item);
  oracle.editCopy(person, item.id, kind, () => {
    tolerated(() => write(firm.mailbox(person), item.id, input));
  });
}

function callOff({ firm, oracle, random }: Stage): void {
  if (random.chance(0.4)) return;
  const chosen = someMeeting({ firm, random }, ({ properties }) => isOrganizer(properties));
  if (chosen === null) return;
  const { person, item } = chosen;
  const how = { host: firm.organisation, cause: 'person', by: person.name, isSent: true };
  const { meetings } = firm.setup;
  const isFollowed =
    meetings === 'full' && person.setup.deleteInErp && ownsAlone(firm, person, item);
  const reach = isFollowed ? (['erp', person] as const) : [person];
  oracle.delete(person, tagOf(item), reach, () => {
    tolerated(() => cancelMeeting(firm.mailbox(person), itemTarget(item.id), how));
  });
  firm.befell('calledOff');
}

function removeCopy({ firm, oracle, random }: Stage): void {
  const chosen = someMeeting({ firm, random }, ({ properties }) => !isOrganizer(properties));
  if (chosen === null) return;
  const { person, item } = chosen;
  const context = { headerZone: null, send: 'SendToNone', cause: 'person', by: 'Person' } as const;
  oracle.delete(person, tagOf(item), [person], () => {
    firm.mailbox(person).remove(itemTarget(item.id), 'MoveToDeletedItems', context);
  });
}

/** Their mailbox brought it into the ERP, and still does. */
function ownsAlone(firm: Firm, person: Person, item: StoredItem): boolean {
  const [row, ...others] = recordsOf(firm, tagOf(item));
  return row?.isInScope === true && others.length === 0 && row.record.ownerId === person.employeeId;
}

function someMeeting(
  { firm, random }: Pick<Stage, 'firm' | 'random'>,
  isMeant: (item: StoredItem) => boolean,
): { readonly person: Person; readonly item: StoredItem } | null {
  // the server counts the organiser's messages by the second
  firm.clock.advance(2_000);
  const all = [...firm.people, firm.customer].flatMap((person) =>
    itemsOf(firm, person)
      .filter((item) => isMeeting(item.properties) && tagOf(item) !== '' && isMeant(item))
      .map((item) => ({ person, item })),
  );
  return all.length === 0 ? null : random.oneOf(all);
}

function tagOf({ properties }: StoredItem): string {
  return properties.Location ?? '';
}

/** False where Exchange refuses it: a meeting that was called off cannot be answered. */
function tolerated(work: () => unknown): boolean {
  try {
    work();
    return true;
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error;
    return false;
  }
}
