import type { Outcome } from './run.js';
import { play } from './run.js';
import type { Script } from './script.js';

const MOST_PLAYS = 400;

/** The script with as few steps as the same failure needs; tries larger cuts first. */
export async function shrink(script: Script, failed: Outcome): Promise<Script> {
  const rule = failed.violations[0]?.rule;
  let best = script;
  let plays = 0;
  for (
    let size = Math.ceil(script.events.length / 2);
    size >= 1;
    size = size === 1 ? 0 : Math.ceil(size / 2)
  ) {
    for (let at = 0; at < best.events.length && plays < MOST_PLAYS;) {
      const events = best.events.filter(
        (_, index) => index < at || index >= at + size || isBeforeSilence(best, index),
      );
      if (events.length === best.events.length) {
        at += size;
        continue;
      }
      plays += 1;
      const smaller = { ...best, events };
      const { violations } = await play(smaller);
      if (violations[0]?.rule === rule) best = smaller;
      else at += size;
    }
  }
  return best;
}

/** Without it, what was edited last would rightly be carried over in what is to be silent. */
function isBeforeSilence({ events }: Script, index: number): boolean {
  return events[index]?.kind === 'checkpoint' && events[index + 1]?.kind === 'silence';
}
