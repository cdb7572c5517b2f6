import { expect } from 'vitest';
import { Crash } from '../simulators/crash.js';
import type { memoryExchange } from '../simulators/memory-exchange.js';
import { pairId, World } from './world.js';
import type { Disturbance, Who, WorldOptions } from './world.js';

/** What happens in a world, and what must have come of it in the end, whatever strikes in between. */
export type Story = (world: World, telling: Telling) => Promise<void> | void;

/** How a story is told. */
export interface Telling {
  /** False where something strikes: then what is said of single cycles does not hold. */
  readonly isCalm: boolean;
}

export interface SurvivingOptions extends WorldOptions {
  /** False where mails are allowed; the story then counts them itself. */
  readonly staysSilent?: boolean;
  /** Who is synced; left out = everybody. */
  readonly synced?: readonly Who[];
}

/** So many deaths per story at most, spread over all of its writes: some stories write a lot. */
const MOST_DEATHS = 40;

/**
 * Tells a story again and again: undisturbed; with a death before each write to either side or to our memory, which is
 * also the death after the write before it; with a death after the last one; with Eva's cycles before Anna's; and with
 * each page of Exchange's feed coming twice. In the end no mail went out, and whoever looks again finds nothing to do.
 */
export async function surviving(story: Story, options: SurvivingOptions = {}): Promise<void> {
  const calm = new Deaths(null);
  await tell(story, options, { how: 'undisturbed', disturbance: calm, isCalm: true });
  for (const { at, name } of spread(calm.worthwhile(), MOST_DEATHS)) {
    const how = `died before write ${String(at)} (${name})`;
    await tell(story, options, { how, disturbance: new Deaths(at), isCalm: false });
  }
  const last = new Deaths(calm.writes.length, 'after');
  await tell(story, options, {
    how: 'died after the last write',
    disturbance: last,
    isCalm: false,
  });
  await tell(story, options, {
    ...{ how: 'Eva’s cycle came first', order: ['eva', 'anna'] },
    ...{ disturbance: new Deaths(null), isCalm: false },
  });
  const repeating = new RepeatingFeed();
  await tell(story, options, {
    how: 'each page of the feed came twice',
    disturbance: repeating,
    isCalm: false,
  });
}

interface Told extends Telling {
  readonly how: string;
  readonly disturbance: Disturbance;
  readonly order?: readonly Who[];
}

async function tell(story: Story, options: SurvivingOptions, told: Told): Promise<void> {
  const world = new World(options);
  world.disturbance = told.disturbance;
  world.order = told.order ?? world.order;
  try {
    await story(world, told);
    if (options.staysSilent !== false) expect(world.mails, 'mails').toBe(0);
    await expectQuiet(world, options.synced);
  } catch (error) {
    if (error instanceof Error) error.message = `${told.how}: ${error.message}`;
    throw error;
  }
}

const EVERYBODY: readonly Who[] = ['anna', 'eva'];

/** Cycles without an edit from outside write nothing on either side, and leave nothing unconfirmed. */
export async function expectQuiet(world: World, synced: readonly Who[] = EVERYBODY): Promise<void> {
  const before = shown(world);
  for (let round = 0; round < 3; round += 1) {
    world.clock.advance(60_000);
    for (const who of synced) await world.cycle(who);
  }
  expect(shown(world), 'quiet').toEqual({ ...before, unconfirmed: [0, 0] });
}

function shown(world: World) {
  const items = EVERYBODY.map((who) =>
    [...world.outlook(who).folder('calendar').items.values()].map(
      ({ id, changeKey }) => `${id} ${changeKey}`,
    ),
  );
  const records = world.erp.rows.map(({ id, version }) => `${id} ${version}`);
  const unconfirmed = EVERYBODY.map((who) => world.store.pair(pairId(who)).intents.size);
  return { writes: world.erp.writes, records, items, unconfirmed };
}

interface WritePoint {
  readonly at: number;
  readonly name: string;
  /** Which process wrote it. */
  readonly process: number;
}

const WRITES: ReadonlySet<string | symbol> = new Set([
  ...['create', 'update', 'remove', 'join', 'bringBack'],
  ...['promise', 'settle', 'rememberSources', 'advance'],
]);

/** Counts the writes of a whole story, and kills the process that comes to one of them. The next one lives. */
class Deaths implements Disturbance {
  readonly writes: WritePoint[] = [];
  private processes = 0;
  private readonly at: number | null;
  private readonly when: 'before' | 'after';

  constructor(at: number | null, when: 'before' | 'after' = 'before') {
    this.at = at;
    this.when = when;
  }

  readonly exchange: Disturbance['exchange'] = (port) => port;

  readonly process: Disturbance['process'] = () => {
    const process = (this.processes += 1);
    const life = { isOver: false };
    return (port) =>
      new Proxy(port, {
        get: (target, name, receiver) => {
          const member: unknown = Reflect.get(target, name, receiver);
          if (typeof member !== 'function' || name === 'clockOffsetMs') return member;
          return async (...parameters: readonly unknown[]): Promise<unknown> => {
            const point = WRITES.has(name) ? this.count(String(name), process) : 0;
            this.strike(life, point, 'before');
            const answer: unknown = await Reflect.apply(member, target, parameters);
            this.strike(life, point, 'after');
            return answer;
          };
        },
      });
  };

  /** Writes of cycles that did more than to note how far they had read. */
  worthwhile(): readonly WritePoint[] {
    const busy = new Set(
      this.writes.filter(({ name }) => name !== 'advance').map(({ process }) => process),
    );
    return this.writes.filter(({ process }) => busy.has(process));
  }

  private count(name: string, process: number): number {
    const at = this.writes.length + 1;
    this.writes.push({ at, name, process });
    return at;
  }

  private strike(life: { isOver: boolean }, point: number, when: 'before' | 'after'): void {
    if (point > 0 && point === this.at && when === this.when) life.isOver = true;
    if (life.isOver) throw new Crash(`died ${when} write ${String(point)}`);
  }
}

type Port = ReturnType<typeof memoryExchange>;

/** A feed that hands out its last page once more before it goes on from there. */
class RepeatingFeed implements Disturbance {
  private readonly pages = new Map<string, { readonly from: string | null; repeated: boolean }>();

  readonly process: Disturbance['process'] = () => (port) => port;

  readonly exchange = (port: Port): Port => ({
    ...port,
    changesSince: async (mailbox, { folderId, cursor: asked }, signal) => {
      const isAgain = asked?.startsWith(AGAIN) === true;
      const cursor = isAgain ? asked.slice(AGAIN.length) : asked;
      const before = cursor === null ? undefined : this.pages.get(cursor);
      if (before !== undefined && cursor !== null && !before.repeated) {
        before.repeated = true;
        const again = await port.changesSince(mailbox, { folderId, cursor: before.from }, signal);
        return { changes: again.changes, cursor: `${AGAIN}${cursor}`, isLast: false };
      }
      const page = await port.changesSince(mailbox, { folderId, cursor }, signal);
      if (page.cursor !== cursor && !this.pages.has(page.cursor)) {
        this.pages.set(page.cursor, { from: cursor, repeated: false });
      }
      return page;
    },
  });
}

const AGAIN = 'again ';

function spread<T>(all: readonly T[], most: number): readonly T[] {
  if (all.length <= most) return all;
  return Array.from({ length: most }, (_, n) => all[Math.floor((n * all.length) / most)]).flatMap(
    (one) => (one === undefined ? [] : [one]),
  );
}
