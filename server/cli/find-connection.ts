import { ConnectorFailure } from '../../sync/ports/failure.js';
import type { Abgleich, Connection } from '../wire.js';
import { InputError } from './input.js';

/** The connection of that name or id, or the only one there is where none was named. */
export async function findConnection(abgleich: Abgleich, name: string | null): Promise<Connection> {
  if (name !== null) return abgleich.connections.get(name).catch(wasMistyped);
  const [only, ...others] = await abgleich.connections.list();
  if (only === undefined) {
    throw new InputError({
      de: 'Es gibt noch keine Verbindung zu Exchange. „abgleich connections add“ legt eine an.',
      en: 'There is no connection to Exchange yet. "abgleich connections add" makes one.',
    });
  }
  if (others.length > 0) {
    const names = [only, ...others].map((one) => one.name).join(', ');
    throw new InputError({
      de: `Es gibt mehrere Verbindungen (${names}): eine mit --connection NAME wählen.`,
      en: `There are several connections (${names}): choose one with --connection NAME.`,
    });
  }
  return only;
}

/** What the database refuses because of what was typed is bad input. */
export function wasMistyped(error: unknown): never {
  if (error instanceof ConnectorFailure && error.kind === 'rejected' && error.sentence) {
    throw new InputError(error.sentence);
  }
  throw error;
}
