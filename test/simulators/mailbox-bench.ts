import { parseEmail } from '../../mappings/values.js';
import { VirtualClock } from './clock.js';
import type { ItemChange } from './mailbox/changes.js';
import type { Mailbox, WriteContext } from './mailbox/mailbox.js';
import type { ExchangeModes } from './mailbox/modes.js';
import { Organisation } from './mailbox/organisation.js';
import type { ExtendedProperty, ItemInput, PropertyName } from './mailbox/properties.js';
import type { ItemView } from './mailbox/view.js';
import { itemTarget } from './mailbox/targets.js';
import type { ItemTarget } from './mailbox/targets.js';
import { mailboxUser, SERVICE_USER } from './sample-firm.js';

/** What the tests of the fake Exchange itself share: a small organisation, and short words for its mailboxes. */

export const ANNA = parseEmail('anna.becker@muster-maschinenbau.example');
export const EVA = parseEmail('eva.mueller@muster-maschinenbau.example');
export const BERLIN = 'W. Europe Standard Time';

/** Two people and the service account; the clock stands at 8:00 UTC on Monday, 2 March 2026, unless given. */
export function newOrganisation(
  modes: Partial<ExchangeModes> = {},
  clock = new VirtualClock('2026-03-02T08:00:00Z'),
): Organisation {
  const people = [mailboxUser(ANNA, 'Anna Becker'), mailboxUser(EVA, 'Eva Müller')];
  return new Organisation({ users: [SERVICE_USER, ...people], clock, seed: 7, modes });
}

/** How tests write unless they say otherwise: no zone in the header, no mails. */
export const WRITING: WriteContext = {
  headerZone: null,
  send: 'SendToNone',
  cause: 'test',
  by: 'Test',
};

/** Creates a calendar item in the calendar. */
export function make(
  mailbox: Mailbox,
  input: ItemInput,
  more: { extended?: readonly ExtendedProperty[]; context?: Partial<WriteContext> } = {},
): ItemView {
  const plan = { kind: 'CalendarItem', input, extended: more.extended ?? [] } as const;
  return mailbox.create(null, plan, { ...WRITING, ...more.context });
}

/** Sets properties and deletes named ones, whatever the change key. */
export function edit(
  mailbox: Mailbox,
  target: ItemTarget | string,
  input: ItemInput,
  more: { remove?: readonly PropertyName[]; context?: Partial<WriteContext> } = {},
): ItemView {
  const names = Object.keys(input) as PropertyName[];
  const changes: ItemChange[] = [
    ...names.map((property): ItemChange => ({ action: 'set', property, value: input })),
    ...(more.remove ?? []).map((property): ItemChange => ({ action: 'delete', property })),
  ];
  const aim = typeof target === 'string' ? itemTarget(target) : target;
  const context = { ...WRITING, ...more.context };
  return mailbox.update(aim, { changes, conflict: 'AlwaysOverwrite' }, context);
}

/** The occurrence of that number, counted from 1. */
export function nth(masterId: string, index: number): ItemTarget {
  return { kind: 'occurrence', masterId, index, changeKey: null };
}

/** What a call is refused with; fails the test where it is not refused. */
export function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
  return 'not refused';
}
