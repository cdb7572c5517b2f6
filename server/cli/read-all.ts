import { ConnectorFailure } from '../../sync/ports/failure.js';
import type { Sentence } from '../../sync/ports/failure.js';
import { InputError } from './input.js';

/** Reads everything, one after the other. What cannot be used is refused together, a sentence each. */
export async function readAll<R extends Readers>(readers: R): Promise<Read<R>> {
  const values = new Map<string, unknown>();
  const problems = new Set<Sentence>(); // two readers may find the same one
  for (const [name, read] of Object.entries(readers)) {
    try {
      values.set(name, await read());
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      for (const sentence of error.sentences) problems.add(sentence);
    }
  }
  if (problems.size > 0) throw new InputError(...problems);
  return Object.fromEntries(values) as Read<R>;
}

type Readers = Readonly<Record<string, () => unknown>>;
type Read<R extends Readers> = { readonly [K in keyof R]: Awaited<ReturnType<R[K]>> };

/** Answers what the connector makes of the input; what it refuses with a sentence is bad input. */
export function usable<T>(check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (error instanceof ConnectorFailure && error.sentence) throw new InputError(error.sentence);
    throw error;
  }
}
