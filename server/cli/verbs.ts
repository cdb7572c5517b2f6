import { CONNECTIONS_ADD } from './connections-add.js';
import { CONNECTIONS_CHECK } from './connections-check.js';
import { CONNECTIONS_COMMANDS } from './connections-commands.js';
import { CONNECTIONS_LIST } from './connections-list.js';
import { CONNECTIONS_TOKEN } from './connections-token.js';
import { EMPLOYEES_CHECK } from './employees-check.js';
import { EMPLOYEES_DISABLE } from './employees-disable.js';
import { EMPLOYEES_ENABLE } from './employees-enable.js';
import { EMPLOYEES_LIST } from './employees-list.js';
import { ERP_CHECK, ERP_CONTRACT } from './erp.js';
import { HELD_APPROVE, HELD_LIST, HELD_REJECT } from './held.js';
import { JOURNAL } from './journal.js';
import { MIGRATE } from './migrate.js';
import { SERVE } from './serve.js';
import { SYNC } from './sync.js';
import type { Verb } from './verb.js';

/** Everything the command line can do, in the order of the help. */
export const VERBS: readonly Verb[] = [
  SERVE,
  SYNC,
  CONNECTIONS_ADD,
  CONNECTIONS_LIST,
  CONNECTIONS_CHECK,
  CONNECTIONS_TOKEN,
  CONNECTIONS_COMMANDS,
  EMPLOYEES_LIST,
  EMPLOYEES_ENABLE,
  EMPLOYEES_CHECK,
  EMPLOYEES_DISABLE,
  JOURNAL,
  HELD_LIST,
  HELD_APPROVE,
  HELD_REJECT,
  ERP_CONTRACT,
  ERP_CHECK,
  MIGRATE,
];
