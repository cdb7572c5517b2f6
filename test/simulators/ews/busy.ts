import type { BusyForm, FaultRule } from '../faults.js';
import { ExchangeError } from '../mailbox/failure.js';
import type { EwsAnswer } from './answer.js';
import { afterError } from './operations/operation.js';
import type { ServerRelease } from './server-release.js';
import { errorMessage, writeEnvelope, writeFault, writeResponse } from './soap.js';
import type { SoapRequest } from './soap.js';
import { element } from './xml.js';

/** The ways a server says that it is busy (fact 90). */
export function busyAnswer(
  request: SoapRequest,
  rule: FaultRule,
  release: ServerRelease,
): EwsAnswer {
  const form = rule.form ?? 'fault';
  const wait = namedWait(rule);
  if (form !== 'inner' && form !== 'message') {
    return { status: 500, body: writeFault(CODES[form], BUSY, wait === 0 ? null : wait) };
  }
  const { operation } = request;
  const hints =
    form === 'inner'
      ? [...INNER, value('BackOffMilliseconds', wait)]
      : [value('BackOffMilliseconds', wait)];
  const rest = element('m:MessageXml', hints.join('')) + afterError(operation);
  const message = errorMessage(operation, new ExchangeError(CODES[form], BUSY), rest);
  const messages = Array.from({ length: entriesOf(request) }, () => message);
  return { status: 200, body: writeEnvelope(writeResponse(operation, messages), release) };
}

/** How many milliseconds the client is told to wait; 0 = it is not told. */
export function namedWait({ form = 'fault', backOffMilliseconds }: FaultRule): number {
  const isAlways = form === 'fault' || form === 'inner' || form === 'message';
  if (form === 'faultWithoutHint') return 0;
  return backOffMilliseconds ?? (isAlways ? 1000 : 0);
}

const BUSY = 'The server cannot service this request right now. Try again later.';

const CODES: Readonly<Record<BusyForm, string>> = {
  fault: 'ErrorServerBusy',
  faultWithoutHint: 'ErrorServerBusy',
  inner: 'ErrorInternalServerError',
  message: 'ErrorServerBusy',
  connections: 'ErrorExceededConnectionCount',
  subscriptions: 'ErrorExceededSubscriptionCount',
  finds: 'ErrorExceededFindCountLimit',
  timeout: 'ErrorTimeoutExpired',
};

const INNER = [
  value('InnerErrorMessageText', 'The server is busy.'),
  value('InnerErrorResponseCode', 'ErrorServerBusy'),
];

function value(name: string, content: string | number): string {
  return element('t:Value', String(content), { Name: name });
}

const LISTS = new Set(['ItemIds', 'Items', 'ItemChanges', 'FolderIds', 'ParentFolderIds']);

/** How many answers the client expects. */
function entriesOf({ body }: SoapRequest): number {
  const list = body.children.find(({ name }) => LISTS.has(name));
  return Math.max(1, list?.children.length ?? 1);
}
