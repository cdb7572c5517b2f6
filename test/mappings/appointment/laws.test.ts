import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Appointment } from '../../../mappings/appointment/appointment.js';
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
import type { Canonical } from '../../../mappings/kind.js';
import { keysOf } from '../../../mappings/keys.js';
import { Untranslatable } from '../../../mappings/translation.js';
import { appointments } from '../arbitraries.js';
import { records, seriesItems, singleItems } from '../arbitrary-sides.js';
import { CONTEXT, patchItem, patchRecord } from '../sides.js';

/** `about` is the ERP's to make from its own rows; no write brings it there. */
function withoutAbout(value: Appointment): Canonical {
  return canonical({ ...value, about: '' });
}

/** Generated values may be ones that a side refuses as a whole; those say so and are not counted. */
function unlessRefused<T>(translate: () => T): T {
  try {
    return translate();
  } catch (error) {
    fc.pre(!(error instanceof Untranslatable));
    throw error;
  }
}

/** `one` with some fields of `other`, as a merge makes them. */
const merged = fc
  .tuple(
    appointments,
    appointments,
    fc.subarray([
      'subject',
      'body',
      'isPrivate',
      'reminder',
      'when',
      'series',
      'importance',
      'about',
      'location',
    ]),
  )
  .map(([one, other, taken]): readonly [Appointment, Appointment] => {
    const mixed: Record<string, unknown> = { ...one };
    for (const field of keysOf(other)) if (taken.includes(field)) mixed[field] = other[field];
    return [one, mixed as unknown as Appointment];
  });

describe('what was put is got back', () => {
  it('by the ERP, from a new record', () => {
    fc.assert(
      fc.property(appointments, (value) => {
        const record = patchRecord(null, unlessRefused(() => toErp(value, null, CONTEXT)).value);
        expect(withoutAbout(fromErp(record, CONTEXT))).toEqual(
          withoutAbout(asErpHolds(value, CONTEXT)),
        );
      }),
      { numRuns: 800 },
    );
  });

  it('by Exchange, from a new item', () => {
    fc.assert(
      fc.property(appointments, (value) => {
        const item = patchItem(null, unlessRefused(() => toExchange(value, null, CONTEXT)).value);
        expect(canonical(fromExchange(item, CONTEXT))).toEqual(
          canonical(asExchangeHolds(value, CONTEXT)),
        );
      }),
      { numRuns: 800 },
    );
  });

  it('by the ERP, from a record that held something else', () => {
    fc.assert(
      fc.property(merged, ([before, after]) => {
        const old = patchRecord(null, unlessRefused(() => toErp(before, null, CONTEXT)).value);
        const record = patchRecord(old, unlessRefused(() => toErp(after, old, CONTEXT)).value);
        expect(withoutAbout(fromErp(record, CONTEXT))).toEqual(
          withoutAbout(asErpHolds(after, CONTEXT)),
        );
      }),
      { numRuns: 800 },
    );
  });

  it('by Exchange, from an item that held something else', () => {
    fc.assert(
      fc.property(merged, ([before, after]) => {
        const old = patchItem(null, unlessRefused(() => toExchange(before, null, CONTEXT)).value);
        const item = patchItem(old, unlessRefused(() => toExchange(after, old, CONTEXT)).value);
        expect(canonical(fromExchange(item, CONTEXT))).toEqual(
          canonical(asExchangeHolds(after, CONTEXT)),
        );
      }),
      { numRuns: 800 },
    );
  });
});

describe('putting back what was got changes nothing', () => {
  it('in the ERP, whatever its spelling', () => {
    fc.assert(
      fc.property(records, (record) => {
        const value = unlessRefused(() => fromErp(record, CONTEXT));
        expect(toErp(value, record, CONTEXT)).toEqual({ value: null, losses: [] });
      }),
      { numRuns: 1500 },
    );
  });

  it('in Exchange, for single items of any zone', () => {
    fc.assert(
      fc.property(singleItems, (item) => {
        const value = fromExchange(item, CONTEXT);
        expect(toExchange(value, item, CONTEXT)).toEqual({ value: null, losses: [] });
      }),
      { numRuns: 1500 },
    );
  });

  it('in Exchange, for series of any shape', () => {
    let read = 0;
    fc.assert(
      fc.property(seriesItems, (item) => {
        const value = unlessRefused(() => fromExchange(item, CONTEXT));
        expect(toExchange(value, item, CONTEXT)).toEqual({ value: null, losses: [] });
        read++;
      }),
      { numRuns: 1000 },
    );
    expect(read).toBeGreaterThan(900);
  });

  it('in Exchange, for series with exceptions of ours', () => {
    fc.assert(
      fc.property(appointments, (value) => {
        const item = patchItem(null, unlessRefused(() => toExchange(value, null, CONTEXT)).value);
        expect(toExchange(fromExchange(item, CONTEXT), item, CONTEXT).value).toBeNull();
      }),
      { numRuns: 800 },
    );
  });
});

describe('what a side holds', () => {
  it('it holds again without a change, in either order of the sides', () => {
    fc.assert(
      fc.property(appointments, (value) => {
        const erp = unlessRefused(() => asErpHolds(value, CONTEXT));
        const exchange = unlessRefused(() => asExchangeHolds(value, CONTEXT));
        expect(asErpHolds(erp, CONTEXT)).toEqual(erp);
        expect(asExchangeHolds(exchange, CONTEXT)).toEqual(exchange);
        // there and back again: what went through both sides is at rest
        const both = asErpHolds(exchange, CONTEXT);
        expect(canonical(asExchangeHolds(both, CONTEXT))).toEqual(canonical(both));
      }),
      { numRuns: 800 },
    );
  });

  it('shows what the ERP has of a record, except days outside its pattern', () => {
    fc.assert(
      fc.property(records, (record) => {
        const value = unlessRefused(() => fromErp(record, CONTEXT));
        const { exceptions: shown, ...fields } = withoutAbout(value);
        const { exceptions: held, ...heldFields } = withoutAbout(asErpHolds(value, CONTEXT));
        expect(heldFields).toEqual(fields);
        expect(shown).toMatchObject(held as object);
      }),
      { numRuns: 800 },
    );
  });
});
