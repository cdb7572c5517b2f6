import type { Clock } from '../../../ports/clock.js';
import type { MailboxServer, ServerDiscovery } from '../../../ports/discovery.js';
import { answered, ConnectorFailure, failed, type Answer } from '../../../ports/failure.js';
import { within } from '../within.js';
import type { Dial } from '../dial.js';
import type { SignIn } from '../sign-in.js';
import { askEndpoint } from './ask-endpoint.js';
import { formsOf, type Endpoint } from './endpoints.js';
import { findServer, type LookupMeans } from './find-server.js';
import { secureUrl, type MailboxAnswer } from './mailbox-answer.js';
import { leadsNowhere, redirectsTo, refused } from './sentences.js';
import { machineSrvLookup, type SrvLookup } from './srv.js';
import { tryHost } from './try-host.js';
import { MOST_MAILBOXES } from './user-settings.js';
import { openWeb, type Web } from './web.js';

export interface AutodiscoverOptions {
  readonly signIn: SignIn;
  readonly dial: Dial;
  readonly clock: Clock;
  readonly tryAddress: LookupMeans['tryAddress'];
  /** The name servers of this machine, unless given. */
  readonly srv?: SrvLookup;
}

/** Exchange's Autodiscover, SOAP and the older POX, behind the port. Connects when it is first asked. */
export function openAutodiscover(options: AutodiscoverOptions): ServerDiscovery {
  const { clock, tryAddress, srv = machineSrvLookup } = options;
  const web = openWeb({ ...options, timeoutMs: REQUEST_MS });
  return {
    find: (mailbox, known, signal) =>
      within({ clock, timeoutMs: LOOKUP_MS, signal }, (stop) =>
        findServer(mailbox, known, { web, srv, tryAddress }, stop),
      ),
    tryHost: (host, signal) => tryHost(host, web, signal),
    async serversOf(mailboxes, endpoint, signal) {
      const url = secureUrl(endpoint);
      const [form] = url === null ? [] : formsOf(url);
      if (form === undefined) throw pointsAway(leadsNowhere(endpoint));
      const atOnce = form.protocol === 'soap' ? MOST_MAILBOXES : 1;
      const answers: Answer<MailboxServer>[] = [];
      for (let from = 0; from < mailboxes.length; from += atOnce) {
        const asked = mailboxes.slice(from, from + atOnce);
        answers.push(...(await serversOf(asked, form, web, signal)));
      }
      return answers;
    },
    close: () => web.close(),
  };
}

const REQUEST_MS = 10_000;

/** All endpoints that do not answer at all take less than this. */
const LOOKUP_MS = 120_000;

async function serversOf(
  mailboxes: readonly string[],
  form: Endpoint,
  web: Web,
  signal: AbortSignal,
): Promise<readonly Answer<MailboxServer>[]> {
  const told = await askEndpoint(form, mailboxes, web, signal);
  if (told.kind === 'redirect') throw pointsAway(redirectsTo(told.location));
  return told.answers.map(serverOf);
}

/** Found anew by the next lookup. */
function pointsAway(sentence: { readonly de: string; readonly en: string }): ConnectorFailure {
  return new ConnectorFailure('unreachable', sentence.en, { code: 'LookupMoved', sentence });
}

function serverOf(answer: MailboxAnswer): Answer<MailboxServer> {
  const here = { addresses: [], group: null, movedTo: null };
  switch (answer.kind) {
    case 'settings':
      return answered({ ...here, addresses: answer.addresses, group: answer.group });
    case 'otherMailbox':
      return answered({ ...here, movedTo: answer.mailbox });
    case 'otherEndpoint':
      return answered({ ...here, movedTo: answer.url });
    case 'refused': {
      const { code } = answer;
      const sentence = refused(code);
      return failed(new ConnectorFailure('rejected', sentence.en, { code, sentence }));
    }
  }
}
