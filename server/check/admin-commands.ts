import { isExchangeOnline, type CommandGroup, type CommandValues } from './command-group.js';
import {
  certificates,
  connectOnPremises,
  impersonation,
  ownMailbox,
  signInWays,
  throttling,
} from './on-premises-commands.js';
import { allowEws, applicationAccess, connectOnline } from './online-commands.js';
import { ewsEnabled } from './ews-enabled-commands.js';

/** All commands that an Exchange administrator may need for a connection, filled in and ready to copy (feature A4). */
export function adminCommands(values: CommandValues): readonly CommandGroup[] {
  if (values.auth === 'oauth') {
    return [connectOnline(), applicationAccess(values), ewsEnabled(values), allowEws(values)];
  }
  if (isExchangeOnline(values.url)) return [connectOnline(), ewsEnabled(values)]; // it takes no passwords
  return [
    connectOnPremises(),
    impersonation(values),
    ownMailbox(values),
    ewsEnabled(values),
    throttling(values),
    signInWays(values),
    certificates(),
  ];
}

/** Those of them that mend what a check found: `step` failed or warned with these codes. */
export function commandsFor(
  step: string,
  codes: readonly string[],
  values: CommandValues,
): readonly CommandGroup[] {
  if (codes.includes('EwsBlocked')) return [connectOnline(), allowEws(values)]; // nobody else blocks it by that name
  const wanted = new Set(wantedFor(step, codes));
  return wanted.size === 0 ? [] : adminCommands(values).filter(({ name }) => wanted.has(name));
}

function wantedFor(step: string, codes: readonly string[]): readonly CommandGroup['name'][] {
  if (codes.includes('HTTP403')) return ['connect', 'ewsEnabled', 'applicationAccess'];
  if (codes.some((code) => BUSY.has(code))) return ['connect', 'throttling'];
  return BY_STEP.get(step) ?? [];
}

const BUSY: ReadonlySet<string> = new Set([
  'ErrorServerBusy',
  'ErrorExceededConnectionCount',
  'HTTP503',
  'HTTP429',
]);

const BY_STEP: ReadonlyMap<string, readonly CommandGroup['name'][]> = new Map<
  string,
  readonly CommandGroup['name'][]
>([
  ['tls', ['certificate']],
  ['signIn', ['signInWays']],
  ['ownMailbox', ['ownMailbox']],
  ['role', ['connect', 'impersonation', 'applicationAccess']],
  ['impersonation', ['connect', 'impersonation', 'applicationAccess']],
]);
