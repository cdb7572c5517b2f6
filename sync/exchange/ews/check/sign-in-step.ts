import type { CheckFault } from '../../../ports/connection-check.js';
import type { ConnectorFailure, Sentence } from '../../../ports/failure.js';
import { nameOf, type Account } from './account.js';
import type { Asked } from './ask-server.js';
import { failed, faultOf, passed, same, type StepFinding } from './steps.js';

/** Whether what answers is an EWS that can be worked with; a refused sign-in is one, too. */
export function serviceFinding({ failure }: Asked): StepFinding {
  if (failure === null || isPastService(failure)) {
    return passed({ de: 'EWS antwortet', en: 'EWS answers' });
  }
  return failed([faultOf(failure)]);
}

/** Only what a server says about the account and its rights comes later than this step. */
function isPastService({ code }: ConnectorFailure): boolean {
  if (code === null) return false;
  return REFUSED.has(code) || (code.startsWith('Error') && !BUSY.has(code));
}

const REFUSED: ReadonlySet<string> = new Set(['HTTP401', 'HTTP403']);

/** Whoever is told to come later knows nothing yet. */
const BUSY: ReadonlySet<string> = new Set([
  'ErrorServerBusy',
  'ErrorInternalServerError',
  'ErrorInternalServerTransientError',
]);

/** Whether the account got in. `offered` asks which ways of signing in the server has. */
export async function signInFinding(
  { failure }: Asked,
  account: Account,
  offered: () => Promise<readonly string[]>,
): Promise<StepFinding> {
  const code = failure?.code ?? null;
  if (failure !== null && code === 'HTTP401') {
    return failed([refusedSignIn(failure, account, await offered())]);
  }
  if (failure !== null && code !== null && (code === 'HTTP403' || isOfAccount(code, account))) {
    return failed([faultOf(failure)]);
  }
  const name = nameOf(account);
  return passed({ de: `${name.de} ist angemeldet`, en: `${name.en} is signed in` });
}

/** An application asks about a mailbox from the first: then these are about its owner. */
function isOfAccount(code: string, { by }: Account): boolean {
  return by !== 'oauth' && ACCOUNT.has(code);
}

/** What Exchange says about the account that signs in. */
const ACCOUNT: ReadonlySet<string> = new Set([
  'ErrorPasswordExpired',
  'ErrorPasswordChangeRequired',
  'ErrorAccountDisabled',
]);

function refusedSignIn(
  failure: ConnectorFailure,
  account: Account,
  offered: readonly string[],
): CheckFault {
  const list = offered.join(', ');
  const cause: Sentence =
    offered.length === 0
      ? { de: 'Der Server lehnt die Anmeldung ab', en: 'The server refuses the sign-in' }
      : {
          de: `Der Server lehnt die Anmeldung ab; er bietet an: ${list}`,
          en: `The server refuses the sign-in; it offers: ${list}`,
        };
  return { ...faultOf(failure, cause), remedy: remedyFor(failure, account, offered) };
}

function remedyFor(
  failure: ConnectorFailure,
  account: Account,
  offered: readonly string[],
): Sentence {
  const ways = new Set(offered.map((scheme) => WAYS.get(scheme.toLowerCase())));
  const known = failure.sentence ?? same(failure.message);
  if (offered.length > 0 && !ways.has(account.by)) {
    const [other] = (['ntlm', 'basic', 'oauth'] as const).filter((way) => ways.has(way));
    return otherWay(account.by, other ?? null);
  }
  if (account.by === 'oauth') return known;
  const hint = userHint(account);
  return { de: `${known.de} ${hint.de}`, en: `${known.en} ${hint.en}` };
}

/** Negotiate holds NTLM, too. */
const WAYS: ReadonlyMap<string, Account['by']> = new Map([
  ['basic', 'basic'],
  ['ntlm', 'ntlm'],
  ['negotiate', 'ntlm'],
  ['bearer', 'oauth'],
] as const);

const NAMES: Record<Account['by'], string> = { basic: 'Basic', ntlm: 'NTLM', oauth: 'OAuth' };

function otherWay(ours: Account['by'], other: Account['by'] | null): Sentence {
  const name = NAMES[ours];
  if (other === null) {
    return {
      de: `${name} ist am Server nicht eingeschaltet. Der Exchange-Administrator muss es am virtuellen Verzeichnis EWS einschalten.`,
      en: `${name} is not enabled at the server. The Exchange administrator must enable it at the virtual directory EWS.`,
    };
  }
  return {
    de: `${name} ist am Server nicht eingeschaltet, aber ${NAMES[other]}: die Verbindung mit --auth ${other} anlegen, oder ${name} am virtuellen Verzeichnis EWS einschalten.`,
    en: `${name} is not enabled at the server, but ${NAMES[other]} is: add the connection with --auth ${other}, or enable ${name} at the virtual directory EWS.`,
  };
}

/** Feature A2. */
function userHint(account: Extract<Account, { user: string }>): Sentence {
  const { user } = account;
  if (user.includes('\\')) {
    return {
      de: `Der Benutzername steht als DOMÄNE\\Name da (${user}): es statt dessen mit dem Anmeldenamen (UPN) wie name@firma.de versuchen.`,
      en: `The user name is given as DOMAIN\\name (${user}): try the sign-in name (UPN) like name@company.com in its place.`,
    };
  }
  if (user.includes('@')) {
    return {
      de: 'Der Benutzername muss der Anmeldename (UPN) sein; er kann anders lauten als die E-Mail-Adresse. Sonst DOMÄNE\\Name versuchen.',
      en: 'The user name must be the sign-in name (UPN), which may differ from the e-mail address. Otherwise try DOMAIN\\name.',
    };
  }
  return {
    de: `Im Benutzernamen „${user}“ fehlt die Domäne: als name@firma.de (UPN) oder DOMÄNE\\${user} eintragen.`,
    en: `The user name "${user}" lacks its domain: enter it as name@company.com (UPN) or DOMAIN\\${user}.`,
  };
}
