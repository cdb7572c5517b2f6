import { millisecondsOf } from '../../../../mappings/values.js';
import type { Mailbox } from '../../../ports/exchange.js';
import { ConnectorFailure } from '../../../ports/failure.js';
import { connectionFailure } from '../connection-failure.js';
import { envelope } from '../envelope.js';
import { httpFailure } from '../http-failure.js';
import { readAnswer } from '../read-answer.js';
import { requestHeaders } from '../request-headers.js';
import { faultFailure } from '../response-messages.js';
import type { SignedConnections } from '../sign-in.js';
import { child, type XmlNode } from '../xml-reader.js';
import type { Xml } from '../xml-writer.js';
import { accountEnvelope, accountHeaders } from './account-envelope.js';
import { readServerBuild, type ServerBuild } from '../server-product.js';
import { within, type Limits } from '../within.js';

/** One request of a check. */
export interface Question {
  readonly operation: string;
  readonly body: Xml;
  /** Whom to impersonate; null = the account asks about itself, which no other request of ours does (fact 88). */
  readonly mailbox: Mailbox | null;
}

/** What came of it: an answer or a failure, and what the server said about itself on the way. */
export interface Asked {
  readonly failure: ConnectorFailure | null;
  readonly response: XmlNode | null;
  readonly build: ServerBuild | null;
  /** By how much the server's clock is ahead of ours, whole seconds in milliseconds; null where it does not say. */
  readonly aheadMs: number | null;
}

/** Asks one question and answers whatever comes, failures too. */
export async function askServer(
  { connections, path }: { readonly connections: SignedConnections; readonly path: string },
  question: Question,
  limits: Limits,
): Promise<Asked> {
  let aheadMs: number | null = null;
  let build: ServerBuild | null = null;
  return within(limits, async (signal) => {
    try {
      const response = await connections.post({ path, ...written(question), signal });
      aheadMs = aheadOf(response.headers['date'], limits);
      const refusal = httpFailure(response);
      if (refusal !== null) {
        await response.body.dump().catch(() => undefined);
        return { failure: refusal, response: null, build, aheadMs };
      }
      const root = await readAnswer(response, MAX_ANSWER_BYTES);
      build = buildIn(root);
      return { ...contentOf(root, question.operation), build, aheadMs };
    } catch (error) {
      return { failure: connectionFailure(error, signal), response: null, build, aheadMs };
    }
  });
}

const MAX_ANSWER_BYTES = 1024 * 1024;

function written({ body, mailbox }: Question): {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
} {
  if (mailbox === null) return { headers: accountHeaders(), body: accountEnvelope(body) };
  return { headers: requestHeaders(mailbox), body: envelope(mailbox, body) };
}

function contentOf(root: XmlNode, operation: string): Pick<Asked, 'failure' | 'response'> {
  const content = root.name === 'Envelope' ? child(root, 'Body')?.children[0] : undefined;
  if (content?.name === 'Fault') return { failure: faultFailure(content), response: null };
  if (content?.name === `${operation}Response`) return { failure: null, response: content };
  const failure = new ConnectorFailure(
    'unreachable',
    `the answer is <${content?.name ?? root.name}>`,
    {
      code: 'AnswerNotSoap',
    },
  );
  return { failure, response: null };
}

function buildIn(root: XmlNode): ServerBuild | null {
  const header = root.name === 'Envelope' ? child(root, 'Header') : null;
  return readServerBuild(header === null ? null : child(header, 'ServerVersionInfo'));
}

function aheadOf(date: string | string[] | undefined, { clock }: Limits): number | null {
  const theirs = typeof date === 'string' ? Date.parse(date) : Number.NaN;
  return Number.isNaN(theirs) ? null : theirs - millisecondsOf(clock.now());
}
