import { CONFLICTS_LIST, CONFLICTS_RESTORE, CONFLICTS_SHOW } from './conflicts.js';
import { CONNECTIONS_ADD } from './connections-add.js';
import { CONNECTIONS_CHECK } from './connections-check.js';
import { CONNECTIONS_COMMANDS } from './connections-commands.js';
import { CONNECTIONS_LIST } from './connections-list.js';
import { CONNECTIONS_SET } from './connections-set.js';
import { CONNECTIONS_SHOW } from './connections-show.js';
import { CONNECTIONS_TOKEN } from './connections-token.js';
import { EMPLOYEES_CHECK } from './employees-check.js';
import { EMPLOYEES_DISABLE } from './employees-disable.js';
import { EMPLOYEES_ENABLE } from './employees-enable.js';
import { EMPLOYEES_LIST } from './employees-list.js';
import { EMPLOYEES_SET } from './employees-set.js';
import { EMPLOYEES_SHOW } from './employees-show.js';
import { ERP_CHECK, ERP_CONTRACT } from './erp.js';
import { ERP_CLAIM } from './erp-claim.js';
import { FROZEN_LIST, FROZEN_THAW } from './frozen.js';
import { HELD_APPROVE, HELD_LIST, HELD_REJECT } from './held.js';
import { JOURNAL } from './journal.js';
import { MIGRATE } from './migrate.js';
import { PREVIEW } from './preview.js';
import { REPAIR_CONFIRM, REPAIR_STATUS } from './repair.js';
import { RESYNC } from './resync.js';
import { SERVE } from './serve.js';
import { SWITCH } from './switch.js';
import { SYNC } from './sync.js';
import { UNDO, UNDO_LIST } from './undo.js';
import type { Verb } from './verb.js';
import { WHY } from './why.js';

/** Everything the command line can do, in the order of the help. */
export const VERBS: readonly Verb[] = [
  SERVE,
  SYNC,
  SWITCH,
  CONNECTIONS_ADD,
  CONNECTIONS_LIST,
  CONNECTIONS_SHOW,
  CONNECTIONS_SET,
  CONNECTIONS_CHECK,
  CONNECTIONS_TOKEN,
  CONNECTIONS_COMMANDS,
  EMPLOYEES_LIST,
  EMPLOYEES_ENABLE,
  EMPLOYEES_SHOW,
  EMPLOYEES_SET,
  EMPLOYEES_CHECK,
  EMPLOYEES_DISABLE,
  PREVIEW,
  WHY,
  JOURNAL,
  CONFLICTS_LIST,
  CONFLICTS_SHOW,
  CONFLICTS_RESTORE,
  UNDO_LIST,
  UNDO,
  HELD_LIST,
  HELD_APPROVE,
  HELD_REJECT,
  FROZEN_LIST,
  FROZEN_THAW,
  RESYNC,
  REPAIR_STATUS,
  REPAIR_CONFIRM,
  ERP_CONTRACT,
  ERP_CHECK,
  ERP_CLAIM,
  MIGRATE,
];
