import type { ErpEmployee } from '../../sync/ports/erp.js';
import type { SyncedEmployee } from '../wire.js';
import { InputError } from './input.js';
import type { Input } from './input.js';

/** The one employee that was typed; null = all of them. Neither, or both, is refused. */
export function chosenWord(input: Input): string | null {
  const typed = input.word(0);
  if (input.flag('all') !== (typed !== null)) return typed;
  throw new InputError({
    de: 'Entweder einen Mitarbeiter nennen (Adresse oder Kennung) oder --all angeben.',
    en: 'Name one employee (address or id), or give --all.',
  });
}

/** Whoever of the ERP's staff has this id, e-mail address, mailbox or login; upper and lower case alike, but for ids. */
export function findInStaff(staff: readonly ErpEmployee[], typed: string): ErpEmployee {
  const wanted = typed.trim().toLowerCase();
  const byId = staff.find(({ id }) => id === typed.trim());
  const found = staff.filter(({ id, email, mailbox, login }) =>
    [id, email, mailbox, login].some((name) => name?.toLowerCase() === wanted),
  );
  return byId ?? theOnly(found, typed);
}

/** Whoever of the synced employees has this id or mailbox. */
export function findSynced(synced: readonly SyncedEmployee[], typed: string): SyncedEmployee {
  const wanted = typed.trim().toLowerCase();
  const byId = synced.find(({ id }) => id === typed.trim());
  const found = synced.filter(
    ({ id, mailbox }) => mailbox === wanted || id.toLowerCase() === wanted,
  );
  return byId ?? theOnly(found, typed);
}

function theOnly<T extends { readonly id: string }>(found: readonly T[], typed: string): T {
  const [only, ...others] = found;
  if (only === undefined) {
    throw new InputError({
      de: `Es gibt keinen Mitarbeiter „${typed}“. „abgleich employees list“ zeigt alle mit Kennung und Adresse.`,
      en: `There is no employee "${typed}". "abgleich employees list" shows all of them with id and address.`,
    });
  }
  if (others.length > 0) {
    const ids = found.map(({ id }) => id).join(', ');
    throw new InputError({
      de: `„${typed}“ passt auf mehrere Mitarbeiter (${ids}): bitte die Kennung angeben.`,
      en: `"${typed}" fits several employees (${ids}): please give the id.`,
    });
  }
  return only;
}
