import { edit as write, make } from '../simulators/mailbox-bench.js';
import { ExchangeError } from '../simulators/mailbox/failure.js';
import { isMeeting, isOrganizer } from '../simulators/mailbox/ledger.js';
import type { WriteContext } from '../simulators/mailbox/mailbox.js';
import type { ItemInput } from '../simulators/mailbox/properties.js';
import { answerMeeting, cancelMeeting } from '../simulators/mailbox/responses.js';
import { isMaster } from '../simulators/mailbox/series.js';
import type { StoredItem } from '../simulators/mailbox/stored-item.js';
import { itemTarget } from '../simulators/mailbox/targets.js';
import type { Person } from './firm.js';
import { timesOf, weekly } from './outlook-hand.js';
import { itemsOf } from './sight.js';
import type { Act, Stage } from './stage.js';

/** What people do with meetings. Their Outlook sends mails, and those are not ours. */
export const MEETING_ACTS: readonly Act[] = [
  invite,
  invite,
  answer,
  answer,
  answer,
  revise,
  revise,
  callOff,
  removeCopy,
];

const PERSON: Partial<WriteContext> = {
  send: 'SendToAllAndSaveCopy',
  cause: 'person',
  by: 'Person',
};
const CUSTOMER = 'einkauf@kunde.example';

function invite({ firm, oracle, random, token, number }: Stage): void {
  const person = random.oneOf(firm.people);
  const tag = oracle.newTag();
  const colleagues = firm.people.filter((one) => one !== person && random.chance(0.7));
  const invited = [...colleagues.map(({ address }) => address), CUSTOMER];
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
  if (isDone) oracle.answered(person, tagOf(item), kind === 'Decline');
}

function revise({ firm, oracle, random, token, number }: Stage): void {
  const chosen = someMeeting({ firm, random }, ({ properties }) => isOrganizer(properties));
  if (chosen === null) return;
  const { person, item } = chosen;
  const input =
    isMaster(item) || random.chance(0.5) ? { Subject: `${token} neu` } : timesOf(number);
  oracle.edit(person, item.id, 'the meeting', () => {
    tolerated(() => write(firm.mailbox(person), item.id, input, { context: PERSON }));
  });
}

function callOff({ firm, oracle, random }: Stage): void {
  if (random.chance(0.4)) return;
  const chosen = someMeeting({ firm, random }, ({ properties }) => isOrganizer(properties));
  if (chosen === null) return;
  const { person, item } = chosen;
  const how = { host: firm.organisation, cause: 'person', by: person.name, isSent: true };
  oracle.delete(person, tagOf(item), [], () => {
    tolerated(() => cancelMeeting(firm.mailbox(person), itemTarget(item.id), how));
  });
  firm.befell('calledOff');
}

function removeCopy({ firm, oracle, random }: Stage): void {
  const chosen = someMeeting({ firm, random }, ({ properties }) => !isOrganizer(properties));
  if (chosen === null) return;
  const { person, item } = chosen;
  const context = { headerZone: null, send: 'SendToNone', cause: 'person', by: 'Person' } as const;
  oracle.delete(person, tagOf(item), [], () => {
    firm.mailbox(person).remove(itemTarget(item.id), 'MoveToDeletedItems', context);
  });
}

function someMeeting(
  { firm, random }: Pick<Stage, 'firm' | 'random'>,
  isMeant: (item: StoredItem) => boolean,
): { readonly person: Person; readonly item: StoredItem } | null {
  const person = random.oneOf(firm.people);
  const items = itemsOf(firm, person).filter(
    (item) => isMeeting(item.properties) && tagOf(item) !== '' && isMeant(item),
  );
  return items.length === 0 ? null : { person, item: random.oneOf(items) };
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
