import { expect, test } from 'vitest';
import { detailText } from '../../../server/cli/journal-details.js';

test('a reason of the engine is said in the reader’s language', () => {
  expect(detailText('itemMissing', 'de')).toContain('nirgends im Postfach');
  expect(detailText('itemMissing', 'en')).toContain('nowhere in the mailbox');
});

test('what a server said stays as it came, also where it looks like a property of every object', () => {
  expect(detailText('ErrorItemSave', 'de')).toBe('ErrorItemSave');
  expect(detailText('constructor', 'de')).toBe('constructor');
  expect(detailText('', 'en')).toBe('');
});
