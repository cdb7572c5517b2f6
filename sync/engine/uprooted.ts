import type { FieldRule } from '../../mappings/field-rules.js';
import type { Shown } from './shown.js';

/** What is compared of a side to say whether both mean the same. */
export type Compared<R> = Pick<Shown<R>, 'value' | 'canonical'>;

/** What the elements of a field hang on is carried over: an occurrence that one pattern does not have, another one may. */
export function isUprooted(
  { alongWith = [] }: FieldRule,
  {
    toErp,
    toExchange,
  }: { readonly toErp: readonly string[]; readonly toExchange: readonly string[] },
): boolean {
  return alongWith.some((field) => toErp.includes(field) || toExchange.includes(field));
}

/** Both sides as they show themselves now, with the values that they are going to have. */
export function asTheyWillBe<R>(
  { erp, exchange }: { readonly erp: Shown<R>; readonly exchange: Shown<R> },
  { forErp, forExchange }: { readonly forErp: R; readonly forExchange: R },
): { readonly erp: Compared<R>; readonly exchange: Compared<R> } {
  return {
    erp: { value: forErp, canonical: erp.canonical },
    exchange: { value: forExchange, canonical: exchange.canonical },
  };
}
