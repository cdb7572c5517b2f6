import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalAppointment as canonical } from '../../../mappings/appointment/canonical.js';
import {
  appointmentFromErp as fromErp,
  appointmentToErp as toErp,
} from '../../../mappings/appointment/erp.js';
import {
  appointmentFromExchange as fromExchange,
  appointmentToExchange as toExchange,
} from '../../../mappings/appointment/exchange.js';
import {
  appointmentErpHolds as asErpHolds,
  appointmentExchangeHolds as asExchangeHolds,
} from '../../../mappings/appointment/held.js';
import { appointmentUnread, droppedAttachments } from '../../../mappings/appointment/unread.js';
import type {
  ExchangeAppointment,
  ExchangeAppointmentPatch,
  ExchangeOccurrenceFields,
} from '../../../mappings/exchange-item.js';
import { DEFAULT_CONTENT } from '../../../mappings/kind.js';
import type { TranslationContext } from '../../../mappings/kind.js';
import { Untranslatable } from '../../../mappings/translation.js';
import { appointments } from '../arbitraries.js';
import { records, seriesItems } from '../arbitrary-sides.js';
import { CONTEXT, patchItem, patchRecord } from '../sides.js';

/** What an administrator may choose that has a say in changed occurrences. */
const CHOICES: readonly TranslationContext[] = [
  { ...CONTEXT, content: { ...DEFAULT_CONTENT, body: 'toExchange' } },
  { ...CONTEXT, content: { ...DEFAULT_CONTENT, body: 'never' } },
  { ...CONTEXT, content: { ...DEFAULT_CONTENT, reminders: 'never' } },
  { ...CONTEXT, leavePrivateOut: true },
  {
    ...CONTEXT,
    leavePrivateOut: true,
    content: { body: 'never', plainText: true, reminders: 'never' },
  },
];

function unlessRefused<T>(translate: () => T): T {
  try {
    return translate();
  } catch (error) {
    fc.pre(!(error instanceof Untranslatable));
    throw error;
  }
}

describe.each(CHOICES)('with body %o', (context) => {
  it('what was put is got back', () => {
    fc.assert(
      fc.property(appointments, (value) => {
        const record = patchRecord(null, unlessRefused(() => toErp(value, null, context)).value);
        expect(canonical({ ...fromErp(record, context), about: '' })).toEqual(
          canonical({ ...asErpHolds(value, context), about: '' }),
        );
        const item = patchItem(null, unlessRefused(() => toExchange(value, null, context)).value);
        expect(canonical(fromExchange(item, context))).toEqual(
          canonical(asExchangeHolds(value, context)),
        );
      }),
      { numRuns: 400 },
    );
  });

  it('putting back what was got changes nothing', () => {
    fc.assert(
      fc.property(records, (record) => {
        const value = unlessRefused(() => fromErp(record, context));
        expect(toErp(value, record, context)).toEqual({ value: null, losses: [] });
      }),
      { numRuns: 400 },
    );
    fc.assert(
      fc.property(seriesItems, (item) => {
        const value = unlessRefused(() => fromExchange(item, context));
        expect(toExchange(value, item, context)).toEqual({ value: null, losses: [] });
      }),
      { numRuns: 300 },
    );
  });

  it('what a side holds it holds again without a change', () => {
    fc.assert(
      fc.property(appointments, (value) => {
        const erp = unlessRefused(() => asErpHolds(value, context));
        const exchange = unlessRefused(() => asExchangeHolds(value, context));
        expect(asErpHolds(erp, context)).toEqual(erp);
        expect(asExchangeHolds(exchange, context)).toEqual(exchange);
      }),
      { numRuns: 300 },
    );
  });
});

describe('a private occurrence, where private things are left out', () => {
  const context: TranslationContext = { ...CONTEXT, leavePrivateOut: true };

  it('tells nothing of it but when it is, and keeps it where it is when the series is written', () => {
    fc.assert(
      fc.property(seriesItems, (item) => {
        const [secret, other] = [SECRET, OTHER].map((own) => withSecrets(item, own));
        if (secret === undefined || other === undefined) throw new Error('two lives');
        const value = unlessRefused(() => fromExchange(secret, context));
        expect(value).toEqual(fromExchange(other, context));
        expect(appointmentUnread(secret, context)).toEqual(appointmentUnread(other, context));
        expect(droppedAttachments(secret, context)).toEqual(droppedAttachments(other, context));
        const { exceptions } = value;
        fc.pre(exceptions.some(({ change }) => change.kind === 'changed'));
        const renamed = { ...value, subject: 'anders' };
        const patch = unlessRefused(() => toExchange(renamed, secret, context)).value;
        expect(toldBy(patch)).toEqual(toldBy(toExchange(renamed, other, context).value));
        const after = patchItem(secret, patch);
        for (const { fields } of after.modifiedOccurrences) {
          expect(fields).toMatchObject({ ...SECRET, sensitivity: 'Private' });
        }
      }),
      { numRuns: 300 },
    );
  });
});

const SECRET = {
  subject: 'SECRET',
  location: 'SECRET',
  bodyText: 'SECRET',
  freeBusy: 'OOF',
  importance: 'High',
  reminderIsSet: true,
  reminderMinutes: 77,
} as const;

const OTHER = {
  subject: '',
  location: 'anderswo',
  bodyText: '',
  freeBusy: 'Free',
  importance: 'Low',
  reminderIsSet: false,
  reminderMinutes: 15,
} as const;

/** The item with what its owner has in each of its changed occurrences, all of them private. */
function withSecrets(
  item: ExchangeAppointment,
  own: Partial<ExchangeOccurrenceFields>,
): ExchangeAppointment {
  return {
    ...item,
    sensitivity: 'Normal',
    modifiedOccurrences: item.modifiedOccurrences.map((one) => ({
      ...one,
      hasAttachments: own.subject === '',
      fields: one.fields && { ...one.fields, ...own, sensitivity: 'Private' },
    })),
  };
}

/** The patch without what is only given back. */
function toldBy(patch: ExchangeAppointmentPatch | null): unknown {
  const exceptions = patch?.exceptions?.map((one) => ({ ...one, own: null }));
  return { ...patch, exceptions };
}
