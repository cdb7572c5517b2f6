import { ConnectorFailure, type FailureKind, type Sentence } from '../../../ports/failure.js';
import type { Endpoint } from './endpoints.js';
import type { MailboxAnswer } from './mailbox-answer.js';
import { readOutlookAnswer, writeOutlookRequest } from './outlook-settings.js';
import { NOT_READABLE, notThere, SIGN_IN_REFUSED } from './sentences.js';
import { readSmallXml } from './small-xml.js';
import { readGetUserSettings, writeGetUserSettings } from './user-settings.js';
import type { Web, WebAnswer, WebRequest } from './web.js';

/** What came of asking an endpoint: an answer for each mailbox, or its server sends us to another address. */
export type Told =
  | { readonly kind: 'answers'; readonly answers: readonly MailboxAnswer[] }
  | { readonly kind: 'redirect'; readonly location: string };

/**
 * Asks an endpoint about mailboxes; in the older protocol about one only. The first request goes without the sign-in, which follows
 * only where one was asked for: the web server of a domain is mostly somebody else's than Exchange. Throws `ConnectorFailure`
 * (`forbidden` where the sign-in was refused).
 */
export async function askEndpoint(
  endpoint: Endpoint,
  mailboxes: readonly string[],
  web: Web,
  signal: AbortSignal,
): Promise<Told> {
  const request = requestTo(endpoint, mailboxes);
  const first = await web.ask(request, signal);
  const answer =
    first.status === 401 ? await web.ask({ ...request, isSigned: true }, signal) : first;
  if (answer.location !== null) return { kind: 'redirect', location: answer.location };
  if (answer.status === 401 || (answer.status === 403 && first.status === 401)) {
    throw failure('forbidden', `HTTP${answer.status}`, SIGN_IN_REFUSED);
  }
  return { kind: 'answers', answers: readAnswers(answer, endpoint, mailboxes.length) };
}

function requestTo({ url, protocol }: Endpoint, mailboxes: readonly string[]): WebRequest {
  const [first = ''] = mailboxes;
  return {
    ...{ url, method: 'POST', isSigned: false },
    headers: {
      'content-type': 'text/xml; charset=utf-8',
      accept: 'text/xml',
      'user-agent': 'Abgleich',
      'x-anchormailbox': Buffer.from(first, 'utf8').toString('latin1'), // a header holds bytes only
    },
    body:
      protocol === 'soap' ? writeGetUserSettings(url.href, mailboxes) : writeOutlookRequest(first),
  };
}

/** A SOAP fault comes with HTTP 500. */
function readAnswers(
  { status, text }: WebAnswer,
  { protocol }: Endpoint,
  count: number,
): readonly MailboxAnswer[] {
  if (status !== 200 && status !== 500)
    throw failure('unreachable', `HTTP${status}`, notThere(status));
  const root = readSmallXml(text);
  const one = root !== null && protocol === 'outlook' ? readOutlookAnswer(root) : null;
  const answers = root !== null && protocol === 'soap' ? readGetUserSettings(root, count) : null;
  const found = one === null ? answers : [one];
  if (found !== null) return found;
  throw status === 200
    ? failure('unreachable', 'AnswerNotAutodiscover', NOT_READABLE)
    : failure('unreachable', `HTTP${status}`, notThere(status));
}

function failure(kind: FailureKind, code: string, sentence: Sentence): ConnectorFailure {
  return new ConnectorFailure(kind, sentence.en, { code, sentence });
}
