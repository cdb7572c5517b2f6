import type { ErpClaimant } from '../ports/erp.js';
import { ConnectorFailure } from '../ports/failure.js';

/** What of a holder's row says whose it is. A home that one of the two does not know says nothing. */
export function isHeldBy(
  { id, home }: Pick<ErpClaimant, 'id' | 'home'>,
  holder: { readonly installation_id: string | null; readonly home: string | null },
): boolean {
  if (holder.installation_id !== id) return false;
  return home === null || holder.home === null || holder.home === home;
}

/**
 * The failure for an installation that does not hold the ERP (feature A10); `name` = '' where nobody holds it. `isCopy`: the
 * holder has our own id, so one of us is a copy of the other, or our database was moved.
 */
export function heldByAnother(name: string, isCopy = false): ConnectorFailure {
  const sentence = isCopy ? copySentence(name) : otherSentence(name);
  return new ConnectorFailure('forbidden', `The ERP is held by another installation: ${name}`, {
    code: 'holder',
    sentence,
  });
}

function otherSentence(name: string) {
  const holder = name === '' ? { de: 'niemand', en: 'nobody' } : { de: name, en: name };
  return {
    de: `Dieses ERP gehört einer anderen Installation (jetzt: ${holder.de}). Nur eine darf abgleichen: diese hier gegen ein anderes ERP starten; oder, wenn die andere für immer beendet ist, hier „abgleich erp claim --take-over“ aufrufen.`,
    en: `This ERP belongs to another installation (now: ${holder.en}). Only one may sync it: start this one against another ERP; or, if the other one has ended for good, run "abgleich erp claim --take-over" here.`,
  };
}

function copySentence(name: string) {
  return {
    de: `Dieses ERP gehört derselben Installation (${name}), aber mit einer anderen Datenbank: eine von beiden ist eine Kopie. Ist dies eine Testkopie, sie gegen ein anderes ERP starten. Ist die Datenbank von Abgleich hierher umgezogen und die alte beendet, hier „abgleich erp claim --take-over“ aufrufen.`,
    en: `This ERP belongs to the same installation (${name}) with another database: one of the two is a copy. If this is a test copy, start it against another ERP. If the database of Abgleich has moved here and the old one has ended, run "abgleich erp claim --take-over" here.`,
  };
}
