import type { Sentence } from '../../sync/ports/failure.js';
import type { SyncedEmployee } from '../wire.js';

/** Why an employee is not synced at all, and what to do (features B6, B10); null = nothing is in the way. */
export function whyNotText({
  id,
  name,
  whyNot,
}: Pick<SyncedEmployee, 'id' | 'name' | 'whyNot'>): Sentence | null {
  switch (whyNot) {
    case null:
      return null;
    case 'switchedOff':
      return {
        de: `${name} wird nicht abgeglichen (abgeschaltet). „abgleich employees enable ${id}“ schaltet frei.`,
        en: `${name} is not synced (switched off). "abgleich employees enable ${id}" enables it.`,
      };
    case 'left':
      return {
        de: `${name} ist im ERP als ausgeschieden geführt und wird nicht abgeglichen; gelöscht wird deshalb nichts. Ändern Sie dort den Status, wenn das nicht stimmt.`,
        en: `${name} has left according to the ERP and is not synced; nothing is deleted for that. Change the status there if that is wrong.`,
      };
    case 'noClient':
      return {
        de: `${name} gehört im ERP zu keinem Mandanten und wird deshalb nicht abgeglichen. Tragen Sie dort einen ein.`,
        en: `${name} belongs to no client of the ERP and is therefore not synced. Enter one there.`,
      };
  }
}
