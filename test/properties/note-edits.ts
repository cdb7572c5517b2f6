import type { Random } from '../simulators/random.js';
import { note } from '../sync/engine/note-kind.js';
import type { NoteWorld } from '../sync/engine/note-world.js';

/** One thing a person does on either side; `name` is its own. */
export type Edit = (world: NoteWorld, random: Random, name: string) => void;

/** All that people do. */
export const EDITS: readonly Edit[] = [
  (world, _random, name) => world.erp.add(note({ title: name })),
  (world, _random, name) => world.exchange.add(note({ title: name })),
  (world, random, name) => editErp(world, random, { title: name }),
  (world, random, name) => editErp(world, random, { room: name }),
  (world, random, name) => editErp(world, random, { days: { [day(random)]: name } }),
  (world, random, name) => editExchange(world, random, { title: `${name} mit langem Titel` }),
  (world, random, name) => editExchange(world, random, { room: name }),
  (world, random, name) => editExchange(world, random, { days: { [day(random)]: name } }),
  (world, random) => world.erp.delete(pick(random, world.erp.notes)?.id ?? ''),
  (world, random) => {
    const item = pick(random, world.exchange.notes);
    if (item) world.exchange.move(item.id, 'deleted');
  },
  (world, random) => {
    const item = pick(random, world.exchange.notes);
    if (item) world.exchange.copy(item.id);
  },
  (world, random) => {
    const item = pick(random, world.exchange.notes);
    if (item) world.exchange.move(world.exchange.move(item.id, 'other'), 'calendar');
  },
];

function editErp(world: NoteWorld, random: Random, change: Partial<ReturnType<typeof note>>): void {
  const row = pick(random, world.erp.notes);
  if (row) world.erp.edit(row.id, change);
}

function editExchange(
  world: NoteWorld,
  random: Random,
  change: Partial<ReturnType<typeof note>>,
): void {
  const item = pick(random, world.exchange.notes);
  if (item) world.exchange.edit(item.id, change);
}

function day(random: Random): string {
  return `2026-03-0${String(random.between(1, 9))}`;
}

function pick<T>(random: Random, list: readonly T[]): T | null {
  return list.length === 0 ? null : random.oneOf(list);
}

/** Titles tell who made what; only rooms and days are edited, and nothing is copied. */
export const TRACEABLE: readonly Edit[] = [
  (world, _random, name) => world.erp.add(note({ title: name })),
  (world, _random, name) => world.exchange.add(note({ title: name })),
  (world, random, name) => editErp(world, random, { room: name }),
  (world, random, name) => editExchange(world, random, { room: name }),
  (world, random, name) => editErp(world, random, { days: { [day(random)]: name } }),
  (world, random) => {
    const item = pick(random, world.exchange.notes);
    if (item) world.exchange.move(world.exchange.move(item.id, 'other'), 'calendar');
  },
];
