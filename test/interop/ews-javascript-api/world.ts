import {
  CalendarFolder,
  ConnectingIdType,
  ContactsFolder,
  DateTime,
  ExchangeService,
  ExchangeVersion,
  ImpersonatedUserId,
  TasksFolder,
  TimeZoneInfo,
  Uri,
  WebCredentials,
  WellKnownFolderName,
} from 'ews-javascript-api';
import type { Folder, FolderId } from 'ews-javascript-api';

/** What the simulator says of itself in its first line. */
export interface Started {
  readonly url: string;
  readonly control: string;
  readonly mailboxes: readonly string[];
  readonly users: readonly {
    readonly address: string;
    readonly password: string;
    readonly role: string;
  }[];
}

/** What the steps work on: services of the fake Exchange, and its control address. */
export class World {
  readonly started: Started;
  private folders = 0;

  constructor(started: Started) {
    this.started = started;
  }

  address(number = 0): string {
    const address = this.started.mailboxes[number];
    if (address === undefined) throw new Error(`there is no mailbox ${number}`);
    return address;
  }

  /** The service account in the place of this mailbox. */
  service(address = this.address()): ExchangeService {
    const account = this.started.users.find(({ role }) => role === 'service');
    if (account === undefined) throw new Error('the simulator has no service account');
    const service = this.signedIn(account.address, account.password);
    service.ImpersonatedUserId = new ImpersonatedUserId(ConnectingIdType.SmtpAddress, address);
    return service;
  }

  signedIn(user: string, password: string): ExchangeService {
    const service = new ExchangeService(ExchangeVersion.Exchange2013_SP1);
    service.Url = new Uri(this.started.url);
    service.Credentials = new WebCredentials(user, password);
    return service;
  }

  /** A fresh folder, so that steps do not see each other's items. */
  async folder(
    kind: 'calendar' | 'contacts' | 'tasks' = 'calendar',
    service = this.service(),
  ): Promise<FolderId> {
    const made: Folder = new FOLDERS[kind].kind(service);
    made.DisplayName = `Schritt ${++this.folders}`;
    await made.Save(FOLDERS[kind].parent);
    return made.Id;
  }

  async control(method: string, path: string, body?: object): Promise<unknown> {
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
    const answer = await fetch(`${this.started.control}${path}`, init);
    if (!answer.ok) throw new Error(`control: ${await answer.text()}`);
    return await answer.json();
  }
}

const FOLDERS = {
  calendar: { kind: CalendarFolder, parent: WellKnownFolderName.Calendar },
  contacts: { kind: ContactsFolder, parent: WellKnownFolderName.Contacts },
  tasks: { kind: TasksFolder, parent: WellKnownFolderName.Tasks },
};

export const BERLIN = TimeZoneInfo.FindSystemTimeZoneById('W. Europe Standard Time');
export const NEW_YORK = TimeZoneInfo.FindSystemTimeZoneById('Eastern Standard Time');

/** A moment, given with its zone. */
export function at(iso: string): DateTime {
  return new DateTime(iso);
}

/** `2026-03-02T08:00Z` */
export function minuteOf(time: DateTime): string {
  return `${time.MomentDate.toISOString().slice(0, 16)}Z`;
}
