import type { Settlement } from '../ports/store.js';

/** A settlement that changes nothing. */
export const EMPTY_SETTLEMENT: Settlement = {
  links: [],
  closedIntents: [],
  journal: [],
  parked: [],
  healed: [],
  held: [],
  lostValues: [],
  destroyed: 0,
};
