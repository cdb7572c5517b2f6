import type { EmailAddress } from '../../../../mappings/values.js';
import type { CheckFault } from '../../../ports/connection-check.js';
import { ConnectorFailure, type Answer, type Sentence } from '../../../ports/failure.js';
import { answersOf } from '../response-messages.js';
import type { Account } from './account.js';
import type { Asked } from './ask-server.js';
import { PROBED_FOLDERS, readFolderProbe, type FolderRights } from './folder-probe.js';
import {
  DENIED_MAILBOX,
  DENIED_ROLE,
  FOLDER_NAMES,
  FULL_USER,
  NO_MAILBOX_TO_TRY,
  ROLE_IS_THERE,
  UNTOLD_RIGHTS,
} from './mailbox-sentences.js';
import { failed, faultOf, passed, same, skipped, warned, type StepFinding } from './steps.js';

/** Whether the account that signs in has a mailbox of its own (feature A4). */
export function ownMailboxFinding(asked: Asked, account: Account): StepFinding {
  if (account.by === 'oauth') {
    return skipped({
      de: 'eine Anwendung hat kein eigenes Postfach und braucht keines',
      en: 'an application has no mailbox of its own and needs none',
    });
  }
  const failure = failureOf(asked, 1);
  if (failure === null) return passed({ de: 'vorhanden', en: 'there is one' });
  if (failure.kind !== 'forbidden' && failure.kind !== 'rejected')
    return failed([faultOf(failure)]);
  const isMissing = failure.code !== null && NO_MAILBOX.has(failure.code);
  // Exchange lets an account without a mailbox impersonate others all the same: nothing that works is called broken
  return warned([isMissing ? { ...faultOf(failure), ...FULL_USER } : faultOf(failure)]);
}

const NO_MAILBOX: ReadonlySet<string> = new Set([
  'ErrorMissingEmailAddress',
  'ErrorNonExistentMailbox',
  'ErrorMailboxConfiguration',
]);

/** Without a mailbox to try with, no right can be tried. */
export function nothingToTry(): StepFinding {
  return failed([NO_MAILBOX_TO_TRY]);
}

/**
 * Whether the account may impersonate at all. Refused for one mailbox it may still have the role for others: `asItself` asks whether
 * it may impersonate at least its own, where that can be asked.
 */
export async function roleFinding(
  asked: Asked,
  account: Account,
  asItself: (() => Promise<Asked>) | null,
): Promise<StepFinding> {
  const failure = failureOf(asked, PROBED_FOLDERS.length);
  const role = ROLE_IS_THERE[account.by === 'oauth' ? 'application' : 'user'];
  if (failure === null) return passed(role);
  if (failure.code === 'ErrorImpersonateUserDenied') {
    const own = asItself === null ? null : await asItself();
    if (own !== null && failureOf(own, 1) === null) {
      return passed({
        de: `${role.de}, aber nicht für dieses Postfach`,
        en: `${role.en}, but not for this mailbox`,
      });
    }
    return failed([{ ...faultOf(failure), ...DENIED_ROLE[keyOf(account)].forOne }]);
  }
  if (failure.code !== null && DENIED.has(failure.code)) {
    return failed([{ ...faultOf(failure), ...DENIED_ROLE[keyOf(account)].forAll }]);
  }
  if (failure.kind === 'busy' || failure.kind === 'unreachable') return failed([faultOf(failure)]);
  return skipped({
    de: 'lässt sich an diesem Postfach nicht feststellen',
    en: 'cannot be told by this mailbox',
  });
}

const DENIED: ReadonlySet<string> = new Set([
  'ErrorImpersonationDenied',
  'ErrorImpersonationFailed',
]);

function keyOf({ by }: Account): 'user' | 'application' {
  return by === 'oauth' ? 'application' : 'user';
}

/** Whether this mailbox can be opened. */
export function impersonationFinding(asked: Asked, mailbox: EmailAddress): StepFinding {
  const failure = failureOf(asked, PROBED_FOLDERS.length);
  if (failure === null) return passed(same(mailbox));
  if (failure.code === 'ErrorImpersonateUserDenied') {
    return failed([{ ...faultOf(failure), ...DENIED_MAILBOX }]);
  }
  return failed([
    faultOf(failure, {
      de: `${mailbox}: ${codeOf(failure)}`,
      en: `${mailbox}: ${codeOf(failure)}`,
    }),
  ]);
}

/** Whether the folders are there. The calendar must be; of the others it is told. */
export function foldersFinding(asked: Asked): StepFinding {
  const folders = foldersOf(asked);
  const there = folders.filter(({ answer }) => answer.ok);
  const faults = folders.flatMap(({ name, answer }) =>
    answer.ok ? [] : [folderFault(name, answer.failure)],
  );
  const list = (language: 'de' | 'en'): string =>
    there.map(({ name }) => FOLDER_NAMES[name][language]).join(', ');
  const result = { de: `da: ${list('de')}`, en: `there: ${list('en')}` };
  if (faults.length === 0) return passed(result);
  const hasCalendar = there.some(({ name }) => name === 'calendar');
  return hasCalendar ? warned(faults, result) : failed(faults);
}

function folderFault(name: keyof typeof FOLDER_NAMES, failure: ConnectorFailure): CheckFault {
  const { de, en } = FOLDER_NAMES[name];
  return faultOf(failure, { de: `${de}: ${codeOf(failure)}`, en: `${en}: ${codeOf(failure)}` });
}

/** Whether we may read and create there, as far as that is said without writing anything. */
export function rightsFinding(asked: Asked): StepFinding {
  const told = foldersOf(asked).flatMap(({ name, answer }) =>
    answer.ok && isTold(answer.value) ? [{ name, rights: answer.value }] : [],
  );
  if (told.length === 0) return skipped(UNTOLD_RIGHTS);
  const lacking = told.filter(({ rights }) => rights.read === false || rights.create === false);
  if (lacking.length === 0) {
    return passed({ de: 'lesen und anlegen', en: 'read and create' });
  }
  const faults = lacking.map(({ name, rights }) => lackingFault(name, rights));
  const isCalendar = lacking.some(({ name }) => name === 'calendar');
  return isCalendar ? failed(faults) : warned(faults);
}

function isTold({ read, create }: FolderRights): boolean {
  return read !== null || create !== null;
}

function lackingFault(name: keyof typeof FOLDER_NAMES, { read }: FolderRights): CheckFault {
  const folder = FOLDER_NAMES[name];
  const what: Sentence =
    read === false ? { de: 'lesen', en: 'read' } : { de: 'anlegen', en: 'create' };
  return {
    kind: 'forbidden',
    code: 'ErrorAccessDenied',
    cause: {
      de: `${folder.de}: das Recht zu ${what.de} fehlt`,
      en: `${folder.en}: the right to ${what.en} is missing`,
    },
    remedy: {
      de: 'In Vertretung gelten die Rechte des Postfachinhabers; fehlen sie, ist das Postfach gesperrt, voll oder in Aufbewahrung. Das Postfach in Exchange prüfen.',
      en: 'Impersonation has the rights of the mailbox owner; if they are missing, the mailbox is locked, full or on hold. Check the mailbox in Exchange.',
    },
  };
}

interface FolderAnswer {
  readonly name: (typeof PROBED_FOLDERS)[number];
  readonly answer: Answer<FolderRights>;
}

/** The folders in order; none where the answer cannot be read. */
function foldersOf({ response }: Asked): readonly FolderAnswer[] {
  if (response === null) return [];
  const answers = answersOf(response, PROBED_FOLDERS.length, readFolderProbe);
  return PROBED_FOLDERS.flatMap((name, at) => {
    const answer = answers[at];
    return answer === undefined ? [] : [{ name, answer }];
  });
}

/** What keeps the whole request from its mailbox: a fault, or the same refusal for each folder of it. */
function failureOf({ failure, response }: Asked, folders: number): ConnectorFailure | null {
  if (failure !== null) return failure;
  if (response === null) return null;
  try {
    const answers = answersOf(response, folders, readFolderProbe);
    const [first] = answers;
    if (first === undefined || first.ok || !answers.every(({ ok }) => !ok)) return null;
    return first.failure.code === 'ErrorFolderNotFound' && folders > 1 ? null : first.failure;
  } catch (error) {
    if (error instanceof ConnectorFailure) return error;
    throw error;
  }
}

function codeOf({ code, kind }: ConnectorFailure): string {
  return code ?? kind;
}
