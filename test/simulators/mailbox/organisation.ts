import { Random } from '../random.js';
import { ShiftableClock } from '../shiftable-clock.js';
import type { BaseClock } from '../shiftable-clock.js';
import { deliver } from './delivery.js';
import { ExchangeError } from './failure.js';
import type { MailboxHost } from './host.js';
import type { LedgerMail, Posting } from './ledger.js';
import { Mailbox } from './mailbox.js';
import { DEFAULT_MODES } from './modes.js';
import type { ExchangeModes } from './modes.js';
import type { ViewMailbox } from './view.js';
import { formatTime } from './zones.js';

/** Who can sign in. A service account works in other people's mailboxes and has none itself. */
export interface User {
  readonly address: string;
  readonly name: string;
  readonly password: string;
  readonly role: 'service' | 'mailbox';
}

/** How an organisation is set up. */
export interface OrganisationPlan {
  readonly users: readonly User[];
  readonly clock: BaseClock;
  readonly seed?: number;
  readonly modes?: Partial<ExchangeModes>;
  /** What a file kept: mailboxes keep their guids, because ids are made of them. */
  readonly guids?: ReadonlyMap<string, string>;
}

/** All mailboxes of a firm, with the ledger of the mails that a real server would have sent between them. */
export class Organisation implements MailboxHost {
  readonly users: readonly User[];
  readonly mails: LedgerMail[] = [];
  modes: ExchangeModes;
  readonly clock: ShiftableClock;
  private readonly random: Random;
  private readonly byAddress = new Map<string, Mailbox>();
  private readonly byGuid = new Map<string, Mailbox>();
  private readonly listeners: (() => void)[] = [];

  constructor({ users, clock, seed = 1, modes = {}, guids }: OrganisationPlan) {
    this.users = users;
    this.clock = new ShiftableClock(clock);
    this.random = new Random(seed);
    this.modes = { ...DEFAULT_MODES, ...modes };
    for (const user of users) {
      if (user.role === 'mailbox')
        this.addMailbox(user, guids?.get(user.address) ?? this.newGuid());
    }
  }

  get mailboxes(): readonly Mailbox[] {
    return [...this.byAddress.values()];
  }

  /** Throws ErrorNonExistentMailbox for an address that nobody has. */
  mailbox(address: string): Mailbox {
    const found = this.byAddress.get(address.toLowerCase());
    if (found) return found;
    throw new ExchangeError(
      'ErrorNonExistentMailbox',
      'The SMTP address has no mailbox associated with it.',
    );
  }

  mailboxByGuid(guid: string): Mailbox | null {
    return this.byGuid.get(guid) ?? null;
  }

  /** Called after every change, for whoever keeps the state on disk. */
  onChange(listener: () => void): void {
    this.listeners.push(listener);
  }

  nowMs(): number {
    return this.clock.nowMs();
  }

  newUid(): string {
    const hex = Array.from({ length: 10 }, () =>
      this.random.next32().toString(16).padStart(8, '0'),
    );
    return `040000008200E00074C5B7101A82E008${hex.join('').toUpperCase()}`;
  }

  fraction(): number {
    return this.random.fraction();
  }

  changed(): void {
    for (const listener of this.listeners) listener();
  }

  post(from: ViewMailbox, postings: readonly Posting[], cause: string): void {
    for (const { kind, to, item, subject, occurrence } of postings) {
      const uid = item.properties.UID ?? null;
      const at = formatTime(this.nowMs());
      const about = occurrence && { originalStart: formatTime(occurrence.originalStart) };
      const mail = { at, kind, from: from.address, to, subject, itemId: item.id, uid, cause };
      this.mails.push({ ...mail, ...about });
    }
    for (const posting of postings) {
      const { byAddress: mailboxes, modes } = this;
      deliver(posting, { from, mailboxes, modes, now: this.nowMs() });
    }
  }

  private newGuid(): string {
    const bytes = Array.from({ length: 4 }, () =>
      this.random.next32().toString(16).padStart(8, '0'),
    );
    return bytes.join('').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  }

  private addMailbox({ address, name }: User, guid: string): void {
    const mailbox = new Mailbox({ address, name, guid }, this);
    this.byAddress.set(address.toLowerCase(), mailbox);
    this.byGuid.set(guid, mailbox);
  }
}
