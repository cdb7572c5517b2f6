import { expect, test } from 'vitest';
import { ANNA, edit, make, newOrganisation, nth, refusal, WRITING } from './mailbox-bench.js';
import type { Folder } from './mailbox/folders.js';
import type { SyncPage } from './mailbox/item-store.js';
import type { Mailbox } from './mailbox/mailbox.js';
import { itemTarget } from './mailbox/targets.js';
import { Random } from './random.js';

const NINE = { Start: '2026-03-02T09:00:00Z', End: '2026-03-02T10:00:00Z' };

interface Bench {
  readonly mailbox: Mailbox;
  readonly calendar: Folder;
  readonly sync: (state: string | null, limit?: number) => SyncPage;
  readonly add: (subject: string) => string;
}

function bench(): Bench {
  const mailbox = newOrganisation().mailbox(ANNA);
  const calendar = mailbox.folder('calendar');
  return {
    mailbox,
    calendar,
    sync: (state, limit = 512) => mailbox.store.sync(calendar, state, limit),
    add: (Subject) => make(mailbox, { ...NINE, Subject }).id,
  };
}

function told(page: SyncPage): string[] {
  return page.changes.map((change) =>
    change.kind === 'Delete' ? 'Delete' : `${change.kind} ${change.item.properties.Subject ?? ''}`,
  );
}

test('without a state everything is a Create, the newest first', () => {
  const { add, sync } = bench();
  for (const subject of ['eins', 'zwei', 'drei']) add(subject);
  expect(told(sync(null))).toEqual(['Create drei', 'Create zwei', 'Create eins']);
});

test('what came and went, or changed twice, shows once or not at all', () => {
  const { mailbox, add, sync } = bench();
  const old = add('alt');
  const { syncState } = sync(null);
  const short = add('kurz');
  mailbox.remove(itemTarget(short), 'HardDelete', WRITING);
  edit(mailbox, old, { Subject: 'neu' });
  edit(mailbox, old, { Subject: 'neuer' });
  edit(mailbox, add('dazu'), { Subject: 'dazu!' });
  expect(told(sync(syncState))).toEqual(['Create dazu!', 'Update neuer']);
});

test('an old state stays usable and tells the same again', () => {
  const { add, sync } = bench();
  const { syncState } = sync(null);
  add('neu');
  sync(syncState);
  expect(told(sync(syncState))).toEqual(['Create neu']);
});

test('a change of one occurrence is an Update of the master alone', () => {
  const { mailbox, sync } = bench();
  const daily = {
    pattern: { kind: 'DailyRecurrence', Interval: 1 },
    range: { kind: 'NumberedRecurrence', StartDate: '2026-03-02', NumberOfOccurrences: 5 },
  } as const;
  const { id } = make(mailbox, { ...NINE, Subject: 'Serie', Recurrence: daily });
  const { syncState } = sync(null);
  edit(mailbox, nth(id, 2), { Subject: 'anders' });
  mailbox.remove(nth(id, 3), 'HardDelete', WRITING);
  expect(told(sync(syncState))).toEqual(['Update Serie']);
});

test('a move to Deleted Items is a Delete here and a Create there', () => {
  const { mailbox, add, sync } = bench();
  const id = add('weg');
  const { syncState } = sync(null);
  mailbox.remove(itemTarget(id), 'MoveToDeletedItems', WRITING);
  expect(sync(syncState).changes).toEqual([{ kind: 'Delete', id }]);
  const trash = mailbox.store.sync(mailbox.folder('deleteditems'), null, 512);
  expect(told(trash)).toEqual(['Create weg']);
});

test('a restored item is a Create under a new id', () => {
  const { mailbox, calendar, add, sync } = bench();
  const id = add('wieder da');
  const { syncState } = sync(null);
  const moved = mailbox.move(itemTarget(id), mailbox.folder('deleteditems'));
  mailbox.move(itemTarget(moved.id), calendar);
  expect(told(sync(syncState))).toEqual(['Create wieder da', 'Delete']);
});

test.each([
  {
    name: 'of another folder',
    state: (one: Bench) => one.mailbox.store.sync(one.mailbox.folder('tasks'), null, 5).syncState,
  },
  { name: 'that is none', state: () => 'c29tZXRoaW5n' },
  { name: 'of another epoch', state: invalidated },
])('a state $name is refused', ({ state }) => {
  const one = bench();
  expect(refusal(() => one.sync(state(one)))).toBe('ErrorInvalidSyncStateData');
});

function invalidated(one: Bench): string {
  const { syncState } = one.sync(null);
  one.mailbox.store.invalidateSyncStates();
  return syncState;
}

test('states are lost as often as the mode says', () => {
  const mailbox = newOrganisation({ syncStateLoss: 0.25 }).mailbox(ANNA);
  const calendar = mailbox.folder('calendar');
  const { syncState } = mailbox.store.sync(calendar, null, 512);
  const answers = Array.from({ length: 400 }, () =>
    refusal(() => mailbox.store.sync(calendar, syncState, 512)),
  );
  const lost = answers.filter((answer) => answer === 'ErrorInvalidSyncStateData').length;
  expect(lost).toBeGreaterThan(70);
  expect(lost).toBeLessThan(130);
});

/** What a client believes to be in the folder: id to change key. */
function believe(known: Map<string, string>, page: SyncPage): void {
  for (const change of page.changes) {
    if (change.kind === 'Delete') known.delete(change.id);
    else known.set(change.item.id, change.item.changeKey);
  }
}

test('whatever happens between two pages, a client that reads to the end knows the folder', () => {
  for (let seed = 1; seed <= 60; seed++) {
    const random = new Random(seed);
    const one = bench();
    const known = new Map<string, string>();
    let state: string | null = null;
    for (let step = 0; step < 80; step++) {
      act(one, random);
      if (!random.chance(0.4)) continue;
      const page = one.sync(state, random.between(1, 4));
      believe(known, page);
      state = page.syncState;
    }
    for (let page: SyncPage | null = null; !page?.includesLastItemInRange;) {
      page = one.sync(state, 3);
      believe(known, page);
      state = page.syncState;
    }
    const truth = [...one.calendar.items.values()].map(({ id, changeKey }) => [id, changeKey]);
    expect([...known].sort(), `seed ${String(seed)}`).toEqual(truth.sort());
  }
});

function act({ mailbox, calendar, add }: Bench, random: Random): void {
  const ids = [...calendar.items.keys()];
  const action =
    ids.length === 0
      ? 'add'
      : random.oneOf(['add', 'add', 'edit', 'edit', 'trash', 'purge', 'copy'] as const);
  if (action === 'add') {
    add(`Termin ${String(random.below(1000))}`);
    return;
  }
  const target = itemTarget(random.oneOf(ids));
  if (action === 'edit') edit(mailbox, target, { Subject: `neu ${String(random.below(1000))}` });
  if (action === 'trash') mailbox.remove(target, 'MoveToDeletedItems', WRITING);
  if (action === 'purge') mailbox.remove(target, 'HardDelete', WRITING);
  if (action === 'copy') mailbox.copy(target, calendar, 'Test');
}

test('a folder that changes for long keeps its feed right and its log short', () => {
  const { mailbox, add, sync } = bench();
  const id = add('viel bearbeitet');
  const { syncState } = sync(null);
  for (let round = 0; round < 5000; round++)
    edit(mailbox, id, { Location: `Halle ${String(round)}` });
  expect(told(sync(syncState))).toEqual(['Update viel bearbeitet']);
  expect(mailbox.folder('calendar').log.size).toBeLessThan(2100);
});
