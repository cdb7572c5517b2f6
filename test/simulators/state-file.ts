import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { LedgerMail } from './mailbox/ledger.js';
import type { MailboxDump } from './mailbox/dump.js';
import type { Organisation } from './mailbox/organisation.js';

/** What the file holds. */
interface SavedState {
  readonly version: 1;
  readonly mailboxes: readonly {
    readonly address: string;
    readonly guid: string;
    readonly dump: MailboxDump;
  }[];
  readonly mails: readonly LedgerMail[];
}

/** A file as it was found. `lostTail`: the process died before its last changes were saved. */
export interface FoundState {
  readonly guids: ReadonlyMap<string, string>;
  fill(organisation: Organisation): void;
}

/** Reads the state of an earlier run; null when there is none. Throws for a file that is not ours. */
export function readState(path: string): FoundState | null {
  if (!existsSync(path)) return null;
  const state = JSON.parse(readFileSync(path, 'utf8')) as SavedState;
  if ((state.version as unknown) !== 1)
    throw new Error(`${path} is not a state file of the fake Exchange`);
  const lostTail = existsSync(dirtyMark(path));
  return {
    guids: new Map(state.mailboxes.map(({ address, guid }) => [address, guid])),
    fill(organisation) {
      const present = new Map(organisation.mailboxes.map((mailbox) => [mailbox.address, mailbox]));
      for (const { address, dump } of state.mailboxes)
        present.get(address)?.store.load(dump, lostTail);
      organisation.mails.push(...state.mails);
    },
  };
}

const IDLE_MS = 300;
const LATEST_MS = 2000;

/**
 * Saves after changes have been idle, at the latest every two seconds while they go on, and on `save`. Between a
 * change and its save a small file beside it tells the next start that the end may be missing.
 */
export function keepState(organisation: Organisation, path: string): { readonly save: () => void } {
  mkdirSync(dirname(path), { recursive: true });
  let timer: NodeJS.Timeout | null = null;
  let dirtySince: number | null = null;
  const save = (): void => {
    if (timer) clearTimeout(timer);
    timer = null;
    dirtySince = null;
    writeAtomically(path, organisation);
  };
  organisation.onChange(() => {
    if (dirtySince === null) writeFileSync(dirtyMark(path), '');
    dirtySince ??= Date.now();
    if (timer) clearTimeout(timer);
    const wait = Math.max(0, Math.min(IDLE_MS, dirtySince + LATEST_MS - Date.now()));
    timer = setTimeout(save, wait);
  });
  return { save };
}

function writeAtomically(path: string, organisation: Organisation): void {
  const state: SavedState = {
    version: 1,
    mailboxes: organisation.mailboxes.map(({ address, guid, store }) => ({
      address,
      guid,
      dump: store.dump(),
    })),
    mails: organisation.mails,
  };
  const draft = `${path}.new`;
  writeFileSync(draft, JSON.stringify(state));
  renameSync(draft, path);
  rmSync(dirtyMark(path), { force: true });
}

function dirtyMark(path: string): string {
  return `${path}.unsaved`;
}
