import type { Suspicion } from '../sync/ports/epoch.js';
import type { Sentence } from '../sync/ports/failure.js';

type Seen = Pick<Suspicion, 'store' | 'finding'>;

/** Why a pair is not synced: what was found, what it most likely means, and what to do. */
export function concernedSentence(suspicions: readonly Seen[]): Sentence {
  const meaning = likelyMeaning(suspicions);
  return {
    de: `Reparaturmodus: es wird nichts geschrieben. ${meaning.de} „abgleich repair status“ zeigt mehr, „abgleich repair confirm“ gleicht neu ab und macht weiter.`,
    en: `Repair mode: nothing is written. ${meaning.en} "abgleich repair status" shows more, "abgleich repair confirm" pairs everything anew and goes on.`,
  };
}

/**
 * What the tokens of the stores together say. The ERP's and the mailboxes' are written by us: where both have moved on
 * without us, it is we who went back, or somebody else who writes.
 */
export function likelyMeaning(suspicions: readonly Seen[]): Sentence {
  const erp = suspicions.find(({ store }) => store === 'erp');
  const mailboxes = suspicions.filter(({ store }) => store !== 'erp');
  const moved = mailboxes.filter(({ finding }) => finding !== 'missing');
  if (erp !== undefined && moved.length > 0) return MEANINGS.weWentBack;
  if (erp?.finding === 'missing') return MEANINGS.otherErp;
  if (erp !== undefined) return MEANINGS.erpWentBack;
  if (moved.some(({ finding }) => finding === 'unknown')) return MEANINGS.foreignMailbox;
  return moved.length > 0 ? MEANINGS.mailboxWentBack : MEANINGS.newMailbox;
}

const MEANINGS = {
  weWentBack: {
    de: 'ERP und Postfach tragen jüngere Marken als die Datenbank von Abgleich: wahrscheinlich wurde sie aus einer Sicherung zurückgeholt, oder dies ist eine Kopie und das Original läuft noch. Eine Kopie jetzt beenden; sonst bestätigen.',
    en: 'ERP and mailbox show newer tokens than the database of Abgleich: most likely it was restored from a backup, or this is a copy and the original still runs. A copy should be ended now; otherwise confirm.',
  },
  erpWentBack: {
    de: 'Die Datenbank des ERP trägt eine andere Marke als die zuletzt geschriebene: wahrscheinlich wurde sie aus einer Sicherung zurückgeholt, oder sie ist eine Kopie. Erst bestätigen, wenn das die richtige Datenbank ist.',
    en: 'The ERP database shows another token than the one written last: most likely it was restored from a backup, or it is a copy. Confirm only if this is the right database.',
  },
  otherErp: {
    de: 'Die Datenbank des ERP trägt keine Marke, obwohl Abgleich eine geschrieben hat: wahrscheinlich ist sie neu aufgesetzt, oder ERP_DATABASE_URL zeigt auf eine andere. Erst bestätigen, wenn das die richtige Datenbank ist.',
    en: 'The ERP database shows no token, though Abgleich has written one: most likely it was set up anew, or ERP_DATABASE_URL leads to another one. Confirm only if this is the right database.',
  },
  mailboxWentBack: {
    de: 'Mindestens ein Postfach trägt eine andere Marke als die zuletzt geschriebene: wahrscheinlich wurde das Postfach zurückgeholt, oder ERP und Abgleich zusammen, oder eine zweite Installation (etwa eine Testkopie) schreibt hinein. Eine zweite Installation beenden, dann bestätigen.',
    en: 'At least one mailbox shows another token than the one written last: most likely the mailbox was restored, or ERP and Abgleich together, or a second installation (a test copy, say) writes into it. End a second installation, then confirm.',
  },
  foreignMailbox: {
    de: 'Mindestens ein Postfach trägt eine Marke, die Abgleich nicht kennt: wahrscheinlich gleicht eine zweite Installation es ab, oder die Datenbank von Abgleich ist neu oder von früher. Eine zweite Installation beenden, dann bestätigen.',
    en: 'At least one mailbox shows a token that Abgleich does not know: most likely a second installation syncs it, or the database of Abgleich is new or an earlier one. End a second installation, then confirm.',
  },
  newMailbox: {
    de: 'Das Postfach trägt keine Marke und enthält nichts von dem, was abgeglichen war: wahrscheinlich ist es ein neues, leeres Postfach. Gelöscht wird deshalb nichts. Nach dem Bestätigen werden die Einträge dort neu angelegt.',
    en: 'The mailbox shows no token and holds nothing of what was synced: most likely it is a new, empty mailbox. Nothing is deleted because of that. Once confirmed, the items are created there anew.',
  },
} as const satisfies Record<string, Sentence>;
