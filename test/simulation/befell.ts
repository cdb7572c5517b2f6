/** What can befall a firm; each of them has to happen, or the simulation proves less than it says. */
export const MISHAPS = [
  'feedsReordered',
  'changesRepeated',
  'pagesSplit',
  'olderPagesReplayed',
  'keysLied',
  'bodiesRewritten',
  'titlesAltered',
  'exceptionsWiped',
  'throttled',
  'throttledInBatch',
  'statesStale',
  'landedLate',
  'outlivedLeases',
  'rowsUnordered',
  'diedBefore',
  'diedAfter',
  'diedInMiddle',
  'copied',
  'moved',
  'deleted',
  'restored',
  'idsReused',
  'leftScope',
  'turnedPrivate',
  'editedMeanwhile',
  'switchedOff',
  'settingsChanged',
  'approvals',
  'invited',
  'invitedByCustomer',
  'revised',
  'ownCopiesChanged',
  'answered',
  'calledOff',
] as const;
export type Mishap = (typeof MISHAPS)[number];

/** Counts by kind, all of them named. */
export type Befell = Record<Mishap, number>;

export function nothingYet(): Befell {
  return Object.fromEntries(MISHAPS.map((mishap) => [mishap, 0])) as Befell;
}

export function addTo(sum: Befell, more: Readonly<Befell>): void {
  for (const mishap of MISHAPS) sum[mishap] += more[mishap];
}
