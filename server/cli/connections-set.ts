import type { Abgleich, Connection, ConnectionChanges } from '../wire.js';
import { refreshStaff } from '../refresh-staff.js';
import { CONNECTION_SETTINGS } from './connection-settings.js';
import { readCertificates } from './connections-add.js';
import { connectionLines } from './effective-settings.js';
import { findConnection, wasMistyped } from './find-connection.js';
import { InputError } from './input.js';
import type { Input } from './input.js';
import { readSecret } from './read-secret.js';
import { settingsText } from './settings-text.js';
import { readSyncChange, syncKeys, together } from './sync-choices.js';
import type { SyncChange } from './sync-choices.js';
import { nothingTyped, readTyped, typedSettings } from './typed-settings.js';
import { done } from './verb.js';
import type { Outcome, Session, Verb } from './verb.js';

export const CONNECTIONS_SET: Verb = {
  name: 'connections set',
  does: {
    de: 'ändert Einstellungen einer Verbindung, als SCHLÜSSEL=WERT; SCHLÜSSEL= stellt das Übliche wieder her. „connections show“ nennt alle.',
    en: 'changes settings of a connection, as KEY=VALUE; KEY= restores the usual one. "connections show" names all of them.',
  },
  positionals: ['NAME', '[KEY=VALUE…]'],
  options: {
    'password-file': {
      value: 'FILE',
      help: {
        de: 'eine Datei mit dem neuen Kennwort des Dienstkontos; - liest es von der Standardeingabe.',
        en: 'a file that holds the new password of the service account; - reads it from standard input.',
      },
    },
    'proxy-password-file': {
      value: 'FILE',
      help: {
        de: 'eine Datei mit dem neuen Kennwort für den Proxy.',
        en: 'a file that holds the new password for the proxy.',
      },
    },
    'ca-file': {
      value: 'FILE',
      help: {
        de: 'Zertifikate (PEM) einer eigenen Stelle, denen zusätzlich vertraut wird; none = keinen mehr.',
        en: 'certificates (PEM) of an authority of your own to trust as well; none = none any more.',
      },
    },
  },
  run: set,
};

type Change =
  | { readonly own: ConnectionChanges; readonly sync?: never }
  | { readonly sync: SyncChange; readonly own?: never };

async function set(input: Input, session: Session): Promise<Outcome> {
  const typed = typedSettings(input, 1);
  const files = await readFiles(input, session);
  const abgleich = await session.open();
  const before = await findConnection(abgleich, input.word(0));
  const known = [...Object.keys(CONNECTION_SETTINGS), ...syncKeys(before.zone)];
  if (typed.size === 0 && Object.keys(files).length === 0) throw nothingTyped(known);
  let after: Connection = before; // two settings may be kept among the same options
  const changes = await readTyped<Change>(typed, known, (key, text) => {
    const own = CONNECTION_SETTINGS[key]?.read(text, key, after);
    after = { ...after, ...own };
    if (own !== undefined) return { own };
    const sync = readSyncChange(key, text, before.zone);
    return sync === null ? null : { sync };
  });
  const own = changes.reduce<ConnectionChanges>((so, change) => ({ ...so, ...change.own }), files);
  refuseHalfProxy({ ...before, ...own });
  await save(
    abgleich,
    before,
    { own, sync: together(changes.flatMap(({ sync }) => sync ?? [])) },
    session.who,
  );
  if (own.mailboxFrom !== undefined) await refreshStaff(abgleich, session.stop);
  const connection = await abgleich.connections.get(before.id);
  const lines = await connectionLines(abgleich, connection);
  return done(
    { name: connection.name, settings: lines },
    {
      de: [
        `Die Verbindung „${connection.name}“ ist geändert; das gilt sofort. „connections check ${connection.name}“ prüft sie.`,
        settingsText(lines, 'de'),
      ].join('\n'),
      en: [
        `The connection "${connection.name}" was changed, which counts at once. "connections check ${connection.name}" checks it.`,
        settingsText(lines, 'en'),
      ].join('\n'),
    },
  );
}

async function save(
  { connections }: Abgleich,
  { id }: Connection,
  { own, sync }: { readonly own: ConnectionChanges; readonly sync: SyncChange },
  who: string,
): Promise<void> {
  if (Object.keys(own).length > 0) await connections.update(id, own, who).catch(wasMistyped);
  const { direction } = sync;
  if (direction !== undefined) {
    const way = { kind: 'appointment' as const, direction: direction ?? 'both' };
    await connections.setDirection(id, way, who).catch(wasMistyped);
  }
  if (Object.keys(sync.choices).length > 0) await connections.choose(id, sync.choices, who);
}

async function readFiles(input: Input, { stdin }: Session): Promise<ConnectionChanges> {
  const password = input.text('password-file');
  const proxy = input.text('proxy-password-file');
  const ca = input.text('ca-file');
  if (password === '-' && proxy === '-') {
    throw new InputError({
      de: 'Von der Standardeingabe kann nur eines der beiden Kennwörter kommen; für das andere eine Datei angeben.',
      en: 'Only one of the two passwords can come from standard input; name a file for the other.',
    });
  }
  return {
    ...(password !== null && { secret: await readSecret(password, stdin) }),
    ...(proxy !== null && { proxySecret: await readSecret(proxy, stdin, 'proxy-password-file') }),
    ...(ca !== null && { ca: ca === 'none' ? null : await readCertificates(ca) }),
  };
}

function refuseHalfProxy({
  proxyUrl,
  proxyUser,
}: Pick<Connection, 'proxyUrl' | 'proxyUser'>): void {
  if (proxyUrl !== null || proxyUser === null) return;
  throw new InputError({
    de: 'proxy-user gehört zu einem Proxy; proxy fehlt.',
    en: 'proxy-user belongs to a proxy, and proxy is missing.',
  });
}
