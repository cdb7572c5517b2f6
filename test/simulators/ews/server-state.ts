import type { AutodiscoverPlan } from '../autodiscover/plan.js';
import type { FaultPlan } from '../faults.js';
import type { Organisation } from '../mailbox/organisation.js';
import type { ServerSettings } from '../server-settings.js';
import type { Accounts } from '../sign-in/accounts.js';
import type { SignIn } from '../sign-in/sign-in.js';
import type { Throttle } from '../throttle.js';
import type { Notifications } from './notifications/notifications.js';
import type { ServerRelease } from './server-release.js';

/** A running server: what it works on, and what it counts. */
export interface ServerState {
  readonly organisation: Organisation;
  readonly release: ServerRelease;
  readonly accounts: Accounts;
  readonly signIn: SignIn;
  readonly faults: FaultPlan;
  readonly throttle: Throttle;
  readonly notifications: Notifications;
  /** Requests per operation since the start or the last reset; `401` counts those without a sign-in. */
  readonly requests: Map<string, number>;
  settings: ServerSettings;
  /** How the lookup service answers. */
  autodiscover: AutodiscoverPlan;
}
