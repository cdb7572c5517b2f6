import type { ConnectionConflictRule, Direction } from '../../mappings/field-rules.js';
import type { IanaZone, Instant, PlainDate } from '../../mappings/values.js';
import type { Mailbox } from './exchange.js';
import type { KindName } from './store.js';

/** One employee and one kind: what is synced as a unit. */
export interface Pair {
  /** Short text of base64url characters; also the `owner` in marks, so it never changes. */
  readonly id: string;
  readonly connectionId: string;
  readonly employeeId: string;
  readonly kind: KindName;
  readonly mailbox: Mailbox;
  /** Exchange folder ids, the one for new items first; empty = not asked for yet. */
  readonly folders: readonly string[];
  readonly policy: PairPolicy;
}

/** What the administrator chose, already resolved from installation, connection and employee. */
export interface PairPolicy {
  readonly direction: Direction;
  readonly conflict: ConnectionConflictRule;
  /** Delete in Exchange what was deleted in the ERP, and the reverse (feature B2). */
  readonly deleteInExchange: boolean;
  readonly deleteInErp: boolean;
  readonly leavePrivateOut: boolean;
  /** Changes before this moment are ignored for what is not linked (feature C8). */
  readonly syncStart: Instant;
  /** Everything that ends on or after this day is brought over, whenever it changed (feature C9); null = off. */
  readonly stockFrom: PlainDate | null;
  /** Destructive actions beyond `count` and beyond `percent` of the links are held (rule 6). */
  readonly guard: { readonly count: number; readonly percent: number };
  readonly zone: IanaZone;
  readonly language: 'de' | 'en';
  /** How long one write call may take, in milliseconds; twice this is what recovery waits (rule 8). */
  readonly writeTimeoutMs: number;
  /** Rights of the employee in the ERP (feature B11). */
  readonly rights: { readonly create: boolean; readonly change: boolean; readonly delete: boolean };
}
