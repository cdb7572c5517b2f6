import { Random } from '../simulators/random.js';
import type { Violation } from './violation.js';
import type { Firm } from './firm.js';
import type { Oracle } from './oracle.js';
import { isLater } from './check.js';
import { watchWrites } from './watch.js';

const MOST_ROUNDS = 14;
const QUIET_ROUNDS = 2;
/** Rounds more, for servers that throw away what they said themselves. */
const MOST_REFUSED = 60;

/**
 * Cycles of everybody, without faults, until nothing is written any more, also after what waits for its time has been looked
 * at again; an administrator approves what is held.
 */
export async function settle(firm: Firm, oracle: Oracle): Promise<Violation[]> {
  firm.off.clear();
  firm.note('settling');
  let before = '';
  const violations = await untilQuiet(firm, oracle);
  // what one mailbox brings is what the next one has waited for
  while (violations.length === 0 && longestWait(firm) > 0 && stateOf(firm) !== before) {
    before = stateOf(firm);
    await firm.advance(longestWait(firm));
    violations.push(...(await untilQuiet(firm, oracle)));
  }
  if (violations.length === 0) oracle.settled();
  return violations;
}

async function untilQuiet(firm: Firm, oracle: Oracle): Promise<Violation[]> {
  const violations: Violation[] = [];
  let quiet = 0;
  for (let round = 0, refused = 0; quiet < QUIET_ROUNDS; round += 1) {
    if (round === MOST_ROUNDS + Math.min(refused, MOST_REFUSED))
      return [...violations, { rule: '16 termination', detail: '' }];
    await firm.advance(60_000);
    const before = stateOf(firm);
    const isRefused = await cyclesOfAll(firm, oracle, { round, violations });
    // a cycle that ended early has not looked at everything
    if (isRefused) refused += 1;
    const isBusy =
      approveAll(firm, oracle) || isOwed(firm) || isRefused || stateOf(firm) !== before;
    quiet = isBusy ? 0 : quiet + 1;
    if (violations.length > 0) return violations;
  }
  return violations;
}

/** True where a side refused so much that a cycle ended. */
async function cyclesOfAll(
  firm: Firm,
  oracle: Oracle,
  { round, violations }: { readonly round: number; readonly violations: Violation[] },
): Promise<boolean> {
  let isRefused = false;
  for (const person of firm.people) {
    const plan = {
      fault: null,
      beforeCall: () => undefined,
      beforeWrite: (name: string, entries: readonly unknown[]): void => {
        violations.push(...watchWrites({ firm, oracle, person }, name, entries));
      },
    };
    const end = await firm.cycle(person, plan, new Random(round));
    isRefused ||= end === 'refused';
  }
  return isRefused;
}

/** Milliseconds until everything has been looked at again that only waits: another mailbox may have changed what it waits for. */
function longestWait({ people, store, clock }: Firm): number {
  const waiting = people.flatMap(({ pairId }) => [...store.pair(pairId).parked.values()]);
  const times = waiting.filter(isLater).map(({ retryAt }) => Date.parse(retryAt) - clock.nowMs());
  return Math.max(0, ...times);
}

/** Something was read and is for the next cycle. */
function isOwed(firm: Firm): boolean {
  return firm.people.some(({ pairId }) => firm.store.pair(pairId).owed.length > 0);
}

/** True where something waited. */
function approveAll(firm: Firm, oracle: Oracle): boolean {
  let waited = false;
  for (const { pairId } of firm.people) {
    const { held, links } = firm.store.pair(pairId);
    if ([...held.values()].every(({ verdict }) => verdict !== null)) continue;
    firm.note(`approves ${JSON.stringify([...held.values()].map(({ reason }) => reason))}`);
    firm.befell('approvals');
    for (const one of held.values()) {
      const recordId = links.get(one.linkId)?.recordId;
      const tag = firm.erp.rows.find(({ id }) => id === recordId)?.record.location ?? '';
      const thing = oracle.things.get(tag);
      // the administrator says that it goes, whatever was changed in it
      if (one.reason === 'itemMissing' && thing !== undefined) oracle.unclear(thing);
    }
    firm.store.decide(pairId, 'approved');
    waited = true;
  }
  return waited;
}

/** What grows with each thing that a cycle does. */
export function stateOf(firm: Firm): string {
  const journals = firm.people.map(({ pairId }) => firm.store.pair(pairId).journal.length);
  return JSON.stringify([firm.tally.writes, firm.erp.writes, journals]);
}

/** Further cycles of everybody after all is quiet: nothing may be written, and nothing told (invariant 5). */
export async function staySilent(firm: Firm, cycles: number): Promise<Violation[]> {
  const before = stateOf(firm);
  for (let cycle = 0; cycle < cycles; cycle += 1) {
    await firm.advance(60_000);
    for (const person of firm.people) {
      await firm.cycle(person, { fault: null, beforeCall: () => undefined }, new Random(cycle));
    }
    if (stateOf(firm) !== before)
      return [{ rule: '5 silence', detail: `in cycle ${String(cycle + 1)}` }];
  }
  return [];
}
