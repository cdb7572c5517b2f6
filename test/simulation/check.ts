import { APPOINTMENT } from '../../mappings/appointment/kind.js';
import type { Appointment } from '../../mappings/appointment/appointment.js';
import { parsePlainDate } from '../../mappings/values.js';
import { parseMark } from '../../sync/ports/mark.js';
import { MARK_PATH } from '../simulators/memory-exchange.js';
import { extendedKey } from '../simulators/mailbox/extended.js';
import type { StoredItem } from '../simulators/mailbox/stored-item.js';
import type { Firm } from './firm.js';
import type { Person } from './person.js';
import { judgeMeeting } from './meeting-check.js';
import type { Oracle } from './oracle.js';
import { itemsOf, nameOf, recordsOf, sightsAt, tagged, tokenOf } from './sight.js';
import type { Field, Sight } from './sight.js';
import { find, tokenAt, trackedOf } from './thing.js';
import type { Edit, Thing } from './thing.js';
import type { Violation } from './violation.js';

/** All that must hold once nobody edits any more and everything is quiet. */
export function check(firm: Firm, oracle: Oracle): Violation[] {
  const aside = setAside(firm);
  const things = [...oracle.things.values()];
  return [
    ...strangers(firm, oracle),
    ...things.flatMap((thing) => [
      ...doubles(firm, thing),
      ...risen(firm, thing),
      ...vanished(firm, thing),
    ]),
    ...things
      .filter(({ tag }) => !aside.has(tag))
      .flatMap((thing) => [...differing(firm, thing), ...lostEdits(firm, thing)]),
    ...sameMarks(firm, oracle),
    ...leaks(firm, oracle),
    ...(firm.mails === 0 ? [] : [{ rule: '8 mails', detail: String(firm.mails) }]),
  ];
}

/** What is parked, frozen or waits for an administrator is not judged by its contents. */
export function setAside(firm: Firm): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const { pairId } of firm.people) {
    const { parked, links, held } = firm.store.pair(pairId);
    for (const one of parked.values()) if (!isLater(one)) ids.add(one.id);
    const now = firm.clock.now();
    for (const link of links.values()) {
      const isFrozen = (link.unrest?.frozenUntil ?? '') > now;
      const isHeld = [...held.values()].some(({ linkId }) => linkId === link.id);
      if (isFrozen || isHeld) ids.add(link.recordId).add(link.itemId);
    }
  }
  const all = [...sightsAt(firm, 'erp'), ...firm.people.flatMap((one) => sightsAt(firm, one))];
  return new Set(all.filter(({ id }) => ids.has(id)).map(({ tag }) => tag));
}

/** Nothing is wrong with it; it is looked at again when its time has come. */
export function isLater({ kind }: { readonly kind: string }): boolean {
  return kind === 'later';
}

function strangers(firm: Firm, oracle: Oracle): Violation[] {
  return (['erp', ...firm.people] as const).flatMap((place) =>
    sightsAt(firm, place)
      .filter(({ tag }) => tag !== '' && !oracle.things.has(tag))
      .map(({ id }) => ({ rule: '3 invented', detail: `${nameOf(place)} ${id}` })),
  );
}

function doubles(firm: Firm, { tag, mayDouble }: Thing): Violation[] {
  if (mayDouble) return [];
  return (['erp', ...firm.people] as const)
    .filter((place) => tagged(firm, place, tag).length > 1)
    .map((place) => ({ rule: '3 duplicate', detail: `${tag} at ${nameOf(place)}` }));
}

function risen(firm: Firm, { tag, goneAt }: Thing): Violation[] {
  return (['erp', ...firm.people] as const)
    .filter((place) => goneAt.has(nameOf(place)) && tagged(firm, place, tag).length > 0)
    .map((place) => ({ rule: '4 resurrection', detail: `${tag} at ${nameOf(place)}` }));
}

function vanished(firm: Firm, { tag, deletes, apart }: Thing): Violation[] {
  if (deletes > 0 || apart.size > 0 || recordsOf(firm, tag).length > 0) return [];
  return [{ rule: '2 vanished', detail: `${tag} from the ERP` }];
}

/** Who takes part has it, once, as the record is; and what a mailbox has is in the ERP. */
function differing(firm: Firm, thing: Thing): Violation[] {
  const { tag } = thing;
  if (thing.isMeeting) return judgeMeeting(firm, thing);
  const rows = recordsOf(firm, tag);
  const found: Violation[] = [];
  for (const person of firm.people) {
    if (thing.apart.has(person.name)) continue;
    const mine = rows.filter(({ employees }) => employees.includes(person.employeeId));
    const inErp = mine.flatMap(({ id }) => tagged(firm, 'erp', tag).filter((one) => one.id === id));
    const inOutlook = tagged(firm, person, tag);
    const judged = thing.misses.has(person.name)
      ? [inErp, inOutlook].map(withoutExceptions)
      : [inErp, inOutlook];
    const difference = differenceOf(judged[0] ?? [], judged[1] ?? []);
    if (difference !== null) {
      found.push({ rule: '1 convergence', detail: `${tag} at ${person.name}: ${difference}` });
    }
  }
  return found;
}

function withoutExceptions(sights: readonly Sight[]): readonly Sight[] {
  return sights.map((one) => ({ ...one, texts: { ...one.texts, exceptions: '' } }));
}

function differenceOf(erp: readonly Sight[], outlook: readonly Sight[]): string | null {
  const texts = (sights: readonly Sight[]): readonly string[] =>
    sights.map((one) => JSON.stringify(one.texts)).sort();
  const [a, b] = [texts(erp), texts(outlook)];
  if (JSON.stringify(a) === JSON.stringify(b)) return null;
  return `\n    erp     ${a.join('\n            ')}\n    outlook ${b.join('\n            ')}`;
}

/** Each edit is seen at the end, or taken into account by one that is, by a deletion, or by one kept as lost. */
function lostEdits(firm: Firm, thing: Thing): Violation[] {
  const onesOwn = [...thing.apart.values()].some((why) => why !== 'oneWay');
  const isOthers = thing.isMeeting && thing.story.host === firm.customer.name;
  if (onesOwn || isOthers || (thing.isMeeting && firm.setup.meetings !== 'full')) return [];
  const sights = [
    ...tagged(firm, 'erp', thing.tag),
    ...firm.people.flatMap((person) => tagged(firm, person, thing.tag)),
  ];
  return trackedOf(thing).flatMap((field) => {
    if (thing.blurred.has(field)) return [];
    const seen = sights.map((sight) => find(thing, field, tokenAt(sight, field)));
    const kept = lostTokens(firm, field).map((token) => find(thing, field, token));
    const accounted = new Set<Edit>();
    for (const edit of [...seen, ...kept, ...thing.buried]) {
      for (let at = edit; at !== null; at = at.after) accounted.add(at);
    }
    return thing.edits
      .filter((edit) => edit.field === field && !accounted.has(edit))
      .map(({ place, token }) => ({
        rule: '2 lost update',
        detail: `${thing.tag} ${field}: ${place} wrote ${token}`,
      }));
  });
}

/** The values that lost a conflict, as tokens. */
function lostTokens(firm: Firm, field: Field): readonly string[] {
  const journal = firm.people.flatMap(({ pairId }) =>
    firm.store
      .pair(pairId)
      .lostValues.filter((lost) => lost.field === field)
      .map(({ value }) => JSON.parse(value) as unknown),
  );
  return journal.map((value) => tokenOf(field, textOf(field, value)));
}

function textOf(field: Field, value: unknown): string {
  const text = APPOINTMENT.canonical({ ...EMPTY, [field]: value as never })[field];
  return typeof text === 'string' ? text : '';
}

const DAY = parsePlainDate('2026-01-01');
const EMPTY: Appointment = {
  subject: '',
  body: '',
  location: '',
  when: { kind: 'allDay', firstDay: DAY, lastDay: DAY },
  series: null,
  exceptions: [],
  isPrivate: false,
  showAs: 'busy',
  reminder: null,
  importance: 'normal',
  isMeeting: false,
  attendees: [],
  replies: [],
  sentAt: '',
  about: '',
};

/** A key, and so a mark, is on one item of a calendar only. */
function sameMarks(firm: Firm, oracle: Oracle): Violation[] {
  const isApart = (item: StoredItem, { name }: Person): boolean =>
    oracle.things.get(item.properties.Location ?? '')?.apart.has(name) === true;
  return firm.people.flatMap((person) => {
    const seen = new Set<string>();
    const judged = itemsOf(firm, person).filter((item) => !isApart(item, person));
    return judged.flatMap((item) => {
      const mark = item.extended.get(extendedKey(MARK_PATH))?.value;
      const key = typeof mark === 'string' ? parseMark(mark)?.key : undefined;
      if (key === undefined || !seen.has(key)) {
        if (key !== undefined) seen.add(key);
        return [];
      }
      return [
        { rule: '3 same key', detail: `${item.properties.Location ?? ''} of ${person.name}` },
      ];
    });
  });
}

function leaks(firm: Firm, oracle: Oracle): Violation[] {
  if (oracle.secrets.size === 0) return [];
  const ours = firm.people.map(({ pairId }) => {
    const { links, ...rest } = firm.store.pair(pairId);
    return JSON.stringify([[...links.values()], rest.journal, rest.lostValues]);
  });
  const all = `${JSON.stringify(firm.erp.rows)}${ours.join('')}`.toLowerCase();
  return [...oracle.secrets.keys()]
    .filter((secret) => all.includes(`"${secret} `))
    .map((secret) => ({ rule: '11 privacy', detail: secret }));
}
