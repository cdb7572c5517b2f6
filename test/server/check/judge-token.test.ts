import { describe, expect, test } from 'vitest';
import { judgeToken } from '../../../server/check/judge-token.js';

const FACTS = {
  ...{ tenant: 't', application: 'a', applicationName: null, objectId: null },
  ...{ validUntilMs: 0, isReadable: true },
  audience: 'https://outlook.office365.com',
  roles: ['full_access_as_app'],
};

describe('a token', () => {
  test.each([
    { name: 'for Exchange with its permission', more: {}, isFault: null },
    {
      name: 'that nobody but Exchange reads',
      more: { isReadable: false, roles: [] },
      isFault: null,
    },
    { name: 'without a permission', more: { roles: [] }, isFault: false },
    {
      name: 'for administration only',
      more: { roles: ['Exchange.ManageAsApp'] },
      isFault: false,
    },
    { name: 'for Graph', more: { audience: 'https://graph.microsoft.com' }, isFault: true },
    {
      name: 'for Graph by its id',
      more: { audience: '00000003-0000-0000-c000-000000000000' },
      isFault: true,
    },
  ])('$name: fault $isFault', ({ more, isFault }) => {
    expect(judgeToken({ ...FACTS, ...more })?.isFault ?? null).toBe(isFault);
  });

  test('for administration only is told what it is not for', () => {
    const problem = judgeToken({ ...FACTS, roles: ['Exchange.ManageAsApp'] });
    expect(problem?.sentence.en).toContain('opens no mailboxes');
    expect(problem?.sentence.de).toContain('öffnet keine Postfächer');
  });
});
