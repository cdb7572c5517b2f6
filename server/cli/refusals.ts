import type { Sentence } from '../../sync/ports/failure.js';
import type { Refusal } from '../../sync/ports/store.js';

/** Why something was not taken back or restored. */
export const REFUSALS: Record<Refusal, Sentence> = {
  changedSince: {
    de: 'seitdem hat es jemand geändert',
    en: 'somebody has changed it since',
  },
  expired: {
    de: 'der frühere Wert wird nicht mehr aufbewahrt',
    en: 'the value of before is not kept any more',
  },
  oneWay: {
    de: 'nach Richtung oder Rechten darf der Abgleich diese Seite nicht mehr schreiben; dort müsste es jemand selbst ändern',
    en: 'by direction or rights the sync may not write this side any more; somebody would have to change it there',
  },
  notLinked: {
    de: 'Datensatz und Element sind nicht mehr verbunden, oder schon wieder',
    en: 'record and item are not connected any more, or are again already',
  },
  notThere: {
    de: 'auf einer Seite ist es nicht zu sehen: gelöscht, verschoben, ausgenommen oder unlesbar',
    en: 'one side does not show it: deleted, moved, left out or unreadable',
  },
  shared: {
    de: 'nur die Teilnahme eines Mitarbeiters wurde entfernt; das ERP muss sie wieder eintragen',
    en: 'only an employee’s part in it was removed; it has to be added again in the ERP',
  },
  notAccepted: {
    de: 'eine Seite hat es nicht angenommen',
    en: 'one side did not take it',
  },
};
