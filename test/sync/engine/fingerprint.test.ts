import { describe, expect, test } from 'vitest';
import { baseOf, hmacFingerprinter } from '../../../sync/engine/fingerprint.js';

const SECRET = new Uint8Array(32).fill(7);
const prints = hmacFingerprinter(SECRET);

describe('a fingerprint', () => {
  test('is the same for the same value, whatever was asked for in between', () => {
    const first = prints.of('link1', 'showAs', 'busy');
    prints.of('link2', 'showAs', 'busy');
    expect(prints.of('link1', 'showAs', 'busy')).toBe(first);
    expect(hmacFingerprinter(SECRET).of('link1', 'showAs', 'busy')).toBe(first);
  });

  test('cannot be found out by trying the few values that there are, without the key', () => {
    const stranger = hmacFingerprinter(new Uint8Array(32).fill(8));
    const guesses = ['free', 'tentative', 'busy', 'oof'].map((text) =>
      stranger.of('link1', 'showAs', text),
    );
    expect(guesses).not.toContain(prints.of('link1', 'showAs', 'busy'));
  });

  test('does not show that two appointments begin at the same time', () => {
    expect(prints.of('link1', 'start', '2026-03-02')).not.toBe(
      prints.of('link2', 'start', '2026-03-02'),
    );
  });

  test('does not show that start and end are the same', () => {
    expect(prints.of('link1', 'start', '2026-03-02')).not.toBe(
      prints.of('link1', 'end', '2026-03-02'),
    );
  });

  test('of an element does not show that another one has the same state', () => {
    const { exceptions } = baseOf(prints, 'link1', {
      exceptions: { '2026-03-02': 'deleted', '2026-03-09': 'deleted' },
    });
    expect(new Set(Object.values(exceptions ?? {})).size).toBe(2);
  });

  test('of a field is no piece of the one of another field', () => {
    expect(prints.of('link1', 'a', 'b\nc')).not.toBe(prints.of('link1', 'a\nb', 'x'));
    expect(prints.of('link1', 'title', 'Wartung')).toMatch(/^[\w-]{16}$/);
  });
});
