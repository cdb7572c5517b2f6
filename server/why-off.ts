import type { Sentence } from '../sync/ports/failure.js';
import type { Pair } from '../sync/ports/pair.js';
import { concernedSentence } from './repair-sentences.js';
import type { Abgleich, SyncedEmployee } from './wire.js';

/** Why nothing of a pair is synced now, whatever changes; null = no switch and no setting is in the way. */
export async function whyOff(
  pair: Pair,
  abgleich: Pick<Abgleich, 'settings' | 'connections' | 'employees' | 'suspicions'>,
): Promise<Sentence | null> {
  const { isSyncing } = await abgleich.settings.installation();
  if (!isSyncing) return SENTENCES.mainSwitch;
  const connections = await abgleich.connections.list();
  const connection = connections.find(({ id }) => id === pair.connectionId);
  if (connection?.isEnabled === false) return SENTENCES.connection;
  const employee = (await abgleich.employees.list()).find(({ id }) => id === pair.employeeId);
  const whyNot = employee?.whyNot ?? null;
  if (whyNot !== null) return SENTENCES[whyNot];
  if (pair.policy.direction === 'off') return SENTENCES.direction;
  const store = `mailbox:${pair.employeeId}`;
  const suspicions = (await abgleich.suspicions()).filter(
    (one) => one.connectionId === pair.connectionId && [store, 'erp'].includes(one.store),
  );
  return suspicions.length === 0 ? null : concernedSentence(suspicions);
}

type Off = 'mainSwitch' | 'connection' | 'direction' | NonNullable<SyncedEmployee['whyNot']>;

const SENTENCES: Record<Off, Sentence> = {
  mainSwitch: {
    de: 'der Hauptschalter ist aus („abgleich switch on“)',
    en: 'the main switch is off ("abgleich switch on")',
  },
  connection: {
    de: 'die Verbindung zu Exchange ist abgeschaltet',
    en: 'the connection to Exchange is switched off',
  },
  switchedOff: {
    de: 'der Mitarbeiter wird nicht abgeglichen („abgleich employees enable“)',
    en: 'the employee is not synced ("abgleich employees enable")',
  },
  left: {
    de: 'der Mitarbeiter ist im ERP als ausgeschieden geführt',
    en: 'the employee has left according to the ERP',
  },
  noClient: {
    de: 'der Mitarbeiter hat im ERP keinen Mandanten',
    en: 'the employee has no client in the ERP',
  },
  direction: {
    de: 'für diesen Mitarbeiter ist der Abgleich in beide Richtungen aus',
    en: 'for this employee the sync is off in both directions',
  },
};
