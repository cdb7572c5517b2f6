import { describe, expect, test } from 'vitest';
import { whyTooMuch } from '../../../sync/engine/guard.js';

const LIMITS = { count: 20, percent: 20 };
const at = (destroyed: number, links: number) => ({ destroyed, links });

const rows = [
  { name: 'one deletion of many goes through', count: 1, pair: at(0, 500), held: false },
  { name: 'all of ten go through: fewer than twenty', count: 10, pair: at(0, 10), held: false },
  {
    name: 'twenty-one of a thousand go through: under a fifth',
    count: 21,
    pair: at(0, 1000),
    held: false,
  },
  { name: 'twenty-one of fifty are held', count: 21, pair: at(0, 50), held: true },
  { name: 'the last of many small steps is held', count: 5, pair: at(18, 40), held: true },
  { name: 'a whole mailbox is held', count: 500, pair: at(0, 500), held: true },
] as const;

describe('the delete guard', () => {
  for (const { name, count, pair, held } of rows) {
    test(name, () => {
      const connection = at(0, 100_000);
      expect(whyTooMuch(count, { pair, connection }, LIMITS) !== null).toBe(held);
    });
  }

  test('an empty view that costs every employee a little is held for the connection', () => {
    const done = { pair: at(0, 100), connection: at(300, 1000) };
    expect(whyTooMuch(15, done, LIMITS)).toBe('tooMuchOnConnection');
  });
});
