import { describe, expect, it } from 'vitest';
import { Random } from '../simulators/random.js';
import { Script } from './script.js';
import type { Edit } from './script.js';
import { ERP } from './thing.js';
import type { Change } from './thing.js';

const TODAY = '2026-03-02';

function edits(seed: number, count: number): Edit[] {
  const script = new Script([], { random: new Random(seed), today: TODAY });
  const made: Edit[] = [];
  while (made.length < count) made.push(...script.next());
  return [...made.slice(0, count), ...script.last()];
}

function shown({ place, thing, change }: Edit): string {
  const told = change.kind === 'copy' ? { kind: 'copy', as: change.as.number } : change;
  return `${place} #${thing.number} ${JSON.stringify(told)}`;
}

describe('the edits of a run', () => {
  it('are the same for the same seed, and others for another', () => {
    expect(edits(7, 200).map(shown)).toEqual(edits(7, 200).map(shown));
    expect(edits(7, 200).map(shown)).not.toEqual(edits(8, 200).map(shown));
  });

  it('are of every kind', () => {
    const kinds = new Set<Change['kind']>(edits(1, 2000).map(({ change }) => change.kind));
    expect([...kinds].sort()).toEqual([
      ...['addPerson', 'copy', 'create', 'delete', 'html', 'importance', 'moveBack', 'moveOut'],
      ...['occurrenceDelete', 'occurrenceShift', 'occurrenceTitle', 'private', 'reminder'],
      ...['removePerson', 'restore', 'rhythm', 'shift', 'showAs', 'text', 'times', 'zone'],
    ]);
  });

  it('are made on both sides, and now and then on both at the same time', () => {
    const script = new Script([], { random: new Random(3), today: TODAY });
    const steps = Array.from({ length: 400 }, () => script.next());
    const places = new Set(steps.flat().map(({ place }) => (place === ERP ? ERP : 'mailbox')));
    const conflicts = steps.filter(([first, second]) => second && first?.thing === second.thing);
    expect(places.size).toBe(2);
    expect(conflicts.length).toBeGreaterThan(5);
    expect(conflicts.every(([first, second]) => first?.place !== second?.place)).toBe(true);
  });

  it('bring back everything that was put away', () => {
    const away = edits(5, 1000).filter(({ thing }) => thing.away !== null);
    expect(away.length).toBeGreaterThan(0);
    expect(away.every(({ thing }) => thing.isDone)).toBe(true);
  });

  it('leave alone what was deleted', () => {
    const made = edits(9, 1000);
    const deleted = made.filter(({ thing }) => thing.fate !== 'there').map(({ thing }) => thing);
    expect(deleted.every(({ hiddenIn }) => hiddenIn === null)).toBe(true);
    const lastOf = (one: (typeof deleted)[number]): string | undefined =>
      made.filter(({ thing }) => thing === one).at(-1)?.change.kind;
    expect(new Set(deleted).size).toBeGreaterThan(20);
    expect(new Set(deleted.map(lastOf))).toEqual(new Set(['delete']));
  });
});
