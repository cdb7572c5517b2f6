import { describe, expect, test } from 'vitest';
import { outcomeOfChecks } from '../../../server/cli/check-rows.js';
import type { ShownRow } from '../../../server/cli/check-rows.js';

const row = (more: Partial<ShownRow>): ShownRow => ({
  ...{ name: 'tls', ok: true, remedy: null },
  detail: { de: 'in Ordnung', en: 'in order' },
  ...more,
});

const fault = (text: string) => ({
  ...({ kind: 'unreachable', code: text } as const),
  cause: { de: `${text} (de)`, en: text },
  remedy: { de: `${text} beheben`, en: `mend ${text}` },
});

describe('checks for people', () => {
  test('show how each step stands, by its title in their language', () => {
    const title = { de: 'Verschlüsselung', en: 'Encryption' };
    const rows = (['passed', 'warning', 'failed', 'skipped', 'notReached'] as const).map((state) =>
      row({ state, title }),
    );
    expect(outcomeOfChecks(rows).text.de.split('\n')).toEqual([
      '✓ Verschlüsselung: in Ordnung',
      '! Verschlüsselung: in Ordnung',
      '✗ Verschlüsselung: in Ordnung',
      '– Verschlüsselung: in Ordnung',
      '· Verschlüsselung: in Ordnung',
    ]);
  });

  test('set each of several faults beside its remedy, and the commands below', () => {
    const commands = [
      { name: 'certificate', title: { de: 'Ansehen', en: 'Look' }, lines: ['Get-It'] } as const,
    ];
    const faults = [fault('expired'), fault('wrong name')];
    const remedy = { de: 'x', en: 'y' };
    const { exit, text } = outcomeOfChecks(
      [row({ ok: false, state: 'failed', faults, remedy, commands })],
      3,
    );
    expect(exit).toBe(3);
    expect(text.en.split('\n')).toEqual([
      '✗ tls: 2 findings',
      '  • expired',
      '    → mend expired',
      '  • wrong name',
      '    → mend wrong name',
      '    # Look',
      '    Get-It',
    ]);
  });

  test('of another kind need no more than good or bad', () => {
    const remedy = { de: 'tun', en: 'do' };
    const { exit, text } = outcomeOfChecks([row({ ok: false, remedy })]);
    expect([exit, text.de]).toEqual([1, '✗ tls: in Ordnung\n  → tun']);
  });

  test('end well where nothing but a warning was found', () => {
    expect(outcomeOfChecks([row({ state: 'warning' })]).exit).toBe(0);
  });
});
