import type {
  ExchangeAppointment,
  ExchangeAppointmentPatch,
} from '../../../mappings/exchange-item.js';
import type { ListCalendars } from '../../ports/calendars.js';
import type { CategoryList } from '../../ports/categories.js';
import type { Chance, Clock } from '../../ports/clock.js';
import type { MailboxEpochs } from '../../ports/epoch.js';
import type { ExchangePort, Mailbox } from '../../ports/exchange.js';
import type { NotificationPort } from '../../ports/notifications.js';
import { categoryList } from './categories/category-list.js';
import { productOf } from './server-product.js';
import { bringBackItems } from './bring-back-items.js';
import { findByKey } from './find-by-key.js';
import { listCalendars } from './list-calendars.js';
import { mailboxEpochs } from './mailbox-epochs.js';
import { ewsNotifications, maxStreamsOf } from './notifications/listen.js';
import { soapWire } from './notifications/soap-wire.js';
import { readGetFolder, writeGetFolder } from './operations/get-folder.js';
import { readSyncFolderItems, writeSyncFolderItems } from './operations/sync-folder-items.js';
import { proxyServer, type ProxySettings } from './proxy.js';
import { readAppointments } from './read-appointments.js';
import { askPerRequest, askUntilDeadline, type Ask } from './requests.js';
import { onlyMessage } from './response-messages.js';
import type { SignIn } from './sign-in.js';
import { soapClient } from './soap.js';
import {
  createAppointments,
  removeAppointments,
  updateAppointments,
} from './write-appointments.js';

/** Where the server is and how to talk to it. What is left out has the default named. */
export interface EwsOptions {
  /** As `https://mail.company.com/EWS/Exchange.asmx`; http:// only on this machine. */
  readonly url: string;
  readonly signIn: SignIn;
  readonly clock: Clock;
  /** How long one writing call of the port may take; 20,000 ms. */
  readonly writeTimeoutMs?: number;
  /** How long one reading request may take; 60,000 ms. */
  readonly readTimeoutMs?: number;
  /** Requests open at this server at once; 4. */
  readonly connections?: number;
  /** Of these, for one mailbox; 2. */
  readonly connectionsPerMailbox?: number;
  /** 64 MiB; a larger answer is not read. */
  readonly maxAnswerBytes?: number;
  /** PEM of an authority of one's own. */
  readonly ca?: string;
  /** By which all connections go; none unless given. */
  readonly proxy?: ProxySettings;
  /** Called for every request with the name of its operation. */
  readonly onRequest?: (operation: string) => void;
}

export interface Ews {
  readonly appointments: ExchangePort<ExchangeAppointment, ExchangeAppointmentPatch>;
  /** The master category lists of the mailboxes; `chance` makes the ids of new entries. */
  categories(chance: Chance): CategoryList;
  readonly calendars: ListCalendars;
  /** By which a restored or copied mailbox is recognised (rule 1). */
  readonly epochs: MailboxEpochs;
  readonly notifications: NotificationPort;
  /** What the server last said that it is, as `15.2.1544.4` and by its name; null where it has not answered, or does not say. */
  serverVersion(): { readonly build: string; readonly name: string } | null;
  /** Ends all connections; calls that are under way fail as `unreachable`. */
  close(): Promise<void>;
}

/**
 * The Exchange port over EWS, one server and one account that impersonates many mailboxes. The server to try it on is
 * test/simulators/ews-server.ts (`npm run simulator`); its promises are tested by test/contracts/exchange-port.ts.
 * Opens no connection by itself. Throws `ConnectorFailure` for an address that may not be used.
 */
export function openEws(options: EwsOptions): Ews {
  const { clock, writeTimeoutMs = 20_000, readTimeoutMs = 60_000 } = options;
  const soap = soapClient({
    url: options.url,
    signIn: options.signIn,
    clock,
    connections: options.connections ?? 4,
    connectionsPerMailbox: options.connectionsPerMailbox ?? 2,
    maxAnswerBytes: options.maxAnswerBytes ?? 64 * 1024 * 1024,
    ca: options.ca ?? null,
    proxy: options.proxy === undefined ? null : proxyServer(options.proxy),
    onRequest: options.onRequest ?? (() => undefined),
  });
  const reading = (mailbox: Mailbox, signal: AbortSignal): Ask =>
    askPerRequest(soap, { mailbox, signal, timeoutMs: readTimeoutMs });
  const writing = (mailbox: Mailbox, signal: AbortSignal): Ask =>
    askUntilDeadline(soap, clock, { mailbox, signal, timeoutMs: writeTimeoutMs });
  return {
    appointments: {
      ...appointmentPort(reading, writing),
      clockOffsetMs: () => soap.clockOffsetMs(),
    },
    calendars: (mailbox, signal) => listCalendars(reading(mailbox, signal)),
    categories: (chance) => categoryList({ reading, writing }, { clock, chance }),
    epochs: mailboxEpochs({ reading, writing }),
    notifications: ewsNotifications({
      wire: soapWire(soap),
      clock,
      maxStreams: () => maxStreamsOf(soap.serverBuild()),
    }),
    serverVersion() {
      const build = soap.serverBuild();
      return build === null ? null : { build: build.join('.'), name: productOf(build) };
    },
    close: () => soap.close(),
  };
}

type Asking = (mailbox: Mailbox, signal: AbortSignal) => Ask;

function appointmentPort(
  reading: Asking,
  writing: Asking,
): ExchangePort<ExchangeAppointment, ExchangeAppointmentPatch> {
  return {
    async folders(mailbox, signal) {
      const request = writeGetFolder([{ distinguished: 'calendar' }]);
      const response = await reading(mailbox, signal)('GetFolder', request);
      return [readGetFolder(onlyMessage(response))];
    },
    async changesSince(mailbox, { folderId, cursor }, signal) {
      const request = { folderId, syncState: cursor };
      const ask = reading(mailbox, signal);
      const response = await ask('SyncFolderItems', writeSyncFolderItems(request));
      return readSyncFolderItems(onlyMessage(response), request);
    },
    read: async (mailbox, ids, signal) => readAppointments(reading(mailbox, signal), ids),
    create: async (mailbox, entries, signal) =>
      createAppointments(writing(mailbox, signal), entries),
    update: async (mailbox, entries, signal) =>
      updateAppointments(writing(mailbox, signal), entries),
    remove: async (mailbox, entries, signal) =>
      removeAppointments(writing(mailbox, signal), entries),
    bringBack: async (mailbox, entries, signal) =>
      bringBackItems(writing(mailbox, signal), entries),
    findByKey: async (mailbox, search, signal) => findByKey(reading(mailbox, signal), search),
  };
}
