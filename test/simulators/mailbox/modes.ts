/**
 * Where the papers leave open what a real server does, each possibility is a mode. The number names the fact
 * in the EWS evidence. What talks to Exchange must come to the same end under every one of them.
 */
export interface ExchangeModes {
  /** B 1b: what a change of only the end of a series does to its exceptions. */
  readonly rangeChange: 'wipeAll' | 'keepDeletions' | 'keepAll';
  /** B 1c: a changed occurrence keeps only what was changed, or a copy of everything. */
  readonly exceptions: 'sparse' | 'materialised';
  /** C 1e: sending the Recurrence that is already there. */
  readonly sameRecurrence: 'keep' | 'wipe';
  /** C 1f: changing only the zone of a series. */
  readonly zoneChange: 'wipe' | 'keep';
  /** A 14/16: the server gives the item another ChangeKey some reads after each write, by itself. */
  readonly keysBump: boolean;
  /** A 20: nobody knows how long a sync state lasts; the share of states (0 to 1) that is refused as too old. */
  readonly syncStateLoss: number;
  /** A 68b: properties of our own set arrive on attendees' copies. */
  readonly marksLeak: boolean;
  /** B 5d: a property of the series is readable on a changed occurrence. */
  readonly seriesPropertiesOnExceptions: boolean;
  /** Fact 40: what `BodyType` Best hands back for a body written as text. */
  readonly bestBody: 'native' | 'html';
  /** B 7d: whether a body written as text comes back as it was sent (EL), or with a line break at its end. */
  readonly textBodies: 'asSent' | 'endInBreak';
  /** Not in the papers: deleting the only occurrence that is left. */
  readonly lastOccurrence: 'refuse' | 'allow';
  /** B 5a: a move to Deleted Items shows as Delete + Create; `sameKey` keeps the ChangeKey as one page says. */
  readonly moveKeepsChangeKey: boolean;
  /**
   * 35: what AutoResolve does with a stale key. `merge` writes what nobody else wrote and fails on the rest,
   * `keepTheirs` drops the rest and says so in ConflictResults, `refuse` always fails.
   */
  readonly autoResolve: 'merge' | 'keepTheirs' | 'refuse';
  /** Not in the papers: the zones of an item come by their names alone, or with their whole definitions. */
  readonly itemZones: 'named' | 'defined';
  /** B 9: milliseconds until a QueryString search finds what was written. */
  readonly queryStringLag: number;
  /** 28: the most items of a FindItem, and of one with a restriction. */
  readonly findCap: number;
  readonly restrictedFindCap: number;
  /** B 12: how many changed or deleted occurrences a series can hold. */
  readonly exceptionCap: number;
}

export const DEFAULT_MODES: ExchangeModes = {
  rangeChange: 'keepAll',
  exceptions: 'sparse',
  sameRecurrence: 'keep',
  zoneChange: 'wipe',
  keysBump: false,
  syncStateLoss: 0,
  marksLeak: false,
  seriesPropertiesOnExceptions: false,
  bestBody: 'native',
  textBodies: 'asSent',
  lastOccurrence: 'refuse',
  moveKeepsChangeKey: false,
  autoResolve: 'merge',
  itemZones: 'named',
  queryStringLag: 0,
  findCap: 1000,
  restrictedFindCap: 250,
  exceptionCap: 998,
};

/** How UpdateItem treats a stale key (fact 35). */
export type ConflictMode = 'NeverOverwrite' | 'AutoResolve' | 'AlwaysOverwrite';
