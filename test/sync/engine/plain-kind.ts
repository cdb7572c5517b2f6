import { parsePlainDate } from '../../../mappings/values.js';
import type { PlainDate } from '../../../mappings/values.js';

/** What the engine asks of every kind, and what the kinds of the tests have nothing to say about. */
export const PLAIN = {
  blanks: {},
  recordFacts: () => ({ ownerId: 'E01', isProtected: false, isPrivate: false }),
  itemFacts: () => ({
    ...{ uid: null, lastModified: null, isOrganizer: true, categories: [], isPrivate: false },
  }),
  isPrivate: () => false,
  lastDay: () => null,
  nextDay: (_value: unknown, from: PlainDate | null) => from ?? parsePlainDate('2026-01-01'),
} as const;
