import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ANNA, edit, make, newOrganisation, nth, refusal, WRITING } from './mailbox-bench.js';
import { Organisation } from './mailbox/organisation.js';
import { itemTarget } from './mailbox/targets.js';
import { VirtualClock } from './clock.js';
import { fillDemo } from './sample-data.js';
import { keepState, readState } from './state-file.js';

let folder: string;
let path: string;

beforeEach(() => {
  vi.useFakeTimers();
  folder = mkdtempSync(join(tmpdir(), 'fake-exchange-'));
  path = join(folder, 'Zustand.json');
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

/** As a process would after a restart. */
function reopened(before: Organisation): Organisation {
  const found = readState(path);
  if (!found) throw new Error('no state was saved');
  const organisation = new Organisation({
    users: before.users,
    clock: new VirtualClock(),
    seed: 99,
    guids: found.guids,
  });
  found.fill(organisation);
  return organisation;
}

const SERIES = {
  Subject: 'Größe',
  Start: '2026-03-02T09:00:00Z',
  End: '2026-03-02T10:00:00Z',
  Recurrence: {
    pattern: { kind: 'DailyRecurrence', Interval: 1 },
    range: { kind: 'NumberedRecurrence', StartDate: '2026-03-02', NumberOfOccurrences: 5 },
  },
} as const;

test('after a clean stop everything is as it was: items, ids, keys, exceptions and sync states', () => {
  const before = newOrganisation();
  const { save } = keepState(before, path);
  const anna = before.mailbox(ANNA);
  const path1 = {
    PropertySetId: '11111111-2222-3333-4444-555555555555',
    PropertyName: 'Mark',
    PropertyType: 'String',
  };
  const { id } = make(anna, SERIES, { extended: [{ path: path1, value: 'k1' }] });
  edit(anna, nth(id, 2), { Subject: 'anders' });
  anna.remove(nth(id, 3), 'HardDelete', WRITING);
  const gone = make(anna, { Subject: 'weg' });
  const { syncState } = anna.store.sync(anna.folder('calendar'), null, 512);
  anna.remove(itemTarget(gone.id), 'HardDelete', WRITING);
  save();

  const after = reopened(before).mailbox(ANNA);
  expect(after.get(itemTarget(id)).changeKey).toBe(anna.get(itemTarget(id)).changeKey);
  expect(after.get(nth(id, 2)).properties).toEqual(anna.get(nth(id, 2)).properties);
  expect(refusal(() => after.get(nth(id, 3)))).toBe(
    'ErrorCalendarOccurrenceIsDeletedFromRecurrence',
  );
  expect(after.store.findByExtended(path1, 'k1').map((one) => one.id)).toEqual([id]);
  expect(after.store.sync(after.folder('calendar'), syncState, 512).changes).toEqual([
    { kind: 'Delete', id: gone.id },
  ]);
  expect(make(after, { Subject: 'neu' }).id).not.toBe(gone.id);
});

test('changes are saved once they have been idle, and while they go on at the latest after two seconds', () => {
  const organisation = newOrganisation();
  keepState(organisation, path);
  const anna = organisation.mailbox(ANNA);
  make(anna, { Subject: 'eins' });
  vi.advanceTimersByTime(299);
  expect(existsSync(path)).toBe(false);
  vi.advanceTimersByTime(1);
  expect(existsSync(path)).toBe(true);
  rmSync(path);
  for (let tenth = 0; tenth < 21; tenth++) {
    make(anna, { Subject: 'viele' });
    vi.advanceTimersByTime(100);
  }
  expect(existsSync(path)).toBe(true);
});

test('after a kill in the middle of changes, lost states and ids never come to mean something else', () => {
  const before = newOrganisation();
  const { save } = keepState(before, path);
  const anna = before.mailbox(ANNA);
  make(anna, { Subject: 'gespeichert' });
  save();
  const lost = make(anna, { Subject: 'verloren' });
  const { syncState } = anna.store.sync(anna.folder('calendar'), null, 512);

  const after = reopened(before).mailbox(ANNA);
  const { id } = make(after, { Subject: 'danach' });
  expect(id).not.toBe(lost.id);
  expect(refusal(() => after.get(itemTarget(lost.id)))).toBe('ErrorItemNotFound');
  expect(refusal(() => after.store.sync(after.folder('calendar'), syncState, 512))).toBe(
    'ErrorInvalidSyncStateData',
  );
});

test('there is no state where there is no file', () => {
  expect(readState(path)).toBeNull();
});

test('sample data repeat by their seed, are of every sort, and mail nobody', () => {
  const filled = (seed: number): Organisation => {
    const organisation = newOrganisation();
    fillDemo(organisation, seed);
    return organisation;
  };
  const contents = ({ mailboxes }: Organisation): unknown[] =>
    mailboxes.flatMap(({ store }) =>
      store.dump().items.map(({ properties }) => ({ ...properties, UID: '' })),
    );
  const organisation = filled(3);
  const items = organisation.mailboxes.flatMap(({ store }) => store.dump().items);
  expect(contents(filled(3))).toEqual(contents(organisation));
  expect(contents(filled(4))).not.toEqual(contents(organisation));
  expect(organisation.mails).toEqual([]);
  expect(items.some(({ properties }) => properties.Recurrence)).toBe(true);
  expect(items.some(({ properties }) => properties.IsAllDayEvent)).toBe(true);
  expect(items.some(({ properties }) => properties.Sensitivity === 'Private')).toBe(true);
});
