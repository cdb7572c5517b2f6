import { parseEmail, UnreadableValue, type EmailAddress } from '../../../../mappings/values.js';
import type { KnownEndpoint, Lookup, ServerFound } from '../../../ports/discovery.js';
import { askEndpoint } from './ask-endpoint.js';
import { domainOf, formsOf, type Endpoint } from './endpoints.js';
import { listEndpoints } from './list-endpoints.js';
import { secureUrl, type MailboxAnswer } from './mailbox-answer.js';
import {
  ANSWERS_AS_EXCHANGE,
  GIVING_UP_SIGN_IN,
  GOES_IN_CIRCLES,
  leadsNowhere,
  mailboxIs,
  names,
  NO_EWS_NAMED,
  redirectsTo,
  refused,
  TOO_MANY_REDIRECTS,
} from './sentences.js';
import type { SrvLookup } from './srv.js';
import { openTrail, type Trail } from './trail.js';
import type { Web } from './web.js';

/** What a lookup works with. */
export interface LookupMeans {
  readonly web: Web;
  readonly srv: SrvLookup;
  /** Asks EWS at an address about a mailbox, signed in; throws `ConnectorFailure` unless Exchange answers. */
  readonly tryAddress: (url: string, mailbox: EmailAddress, signal: AbortSignal) => Promise<void>;
}

/**
 * Asks one endpoint after the other (`listEndpoints`) until one names an address that answers. Of the addresses named, the one for
 * inside the network comes first: it is the shorter way for a server that stands there, and elsewhere it does not answer.
 */
export async function findServer(
  start: EmailAddress,
  known: KnownEndpoint | null,
  means: LookupMeans,
  signal: AbortSignal,
): Promise<Lookup> {
  const trail = openTrail();
  const search: Search = { ...means, trail, signal };
  let mailbox = start;
  for (let hops = 0; hops <= MOST_REDIRECTS; hops++) {
    trail.isNew(mailbox);
    const end = await askAround(mailbox, known, search);
    if (end?.kind !== 'otherMailbox') return { found: end?.server ?? null, steps: trail.steps };
    mailbox = end.mailbox;
  }
  trail.note(mailbox, false, TOO_MANY_REDIRECTS);
  return { found: null, steps: trail.steps };
}

/** As Microsoft's own clients. https://learn.microsoft.com/exchange/client-developer/exchange-web-services/autodiscover-for-exchange */
const MOST_REDIRECTS = 10;

interface Search extends LookupMeans {
  readonly trail: Trail;
  readonly signal: AbortSignal;
}

/** Where one endpoint led to. */
type End =
  | { readonly kind: 'found'; readonly server: ServerFound }
  | { readonly kind: 'otherMailbox'; readonly mailbox: EmailAddress };

/** null where no endpoint leads anywhere; the trail says why. */
async function askAround(
  mailbox: EmailAddress,
  known: KnownEndpoint | null,
  search: Search,
): Promise<End | null> {
  const domain = domainOf(mailbox);
  for await (const url of listEndpoints(domain, known, search)) {
    const end = await follow(url, mailbox, search);
    if (end !== null) return end;
  }
  return null;
}

/** Goes on to where an endpoint points. */
async function follow(start: URL, mailbox: EmailAddress, search: Search): Promise<End | null> {
  let url = start;
  for (let hops = 0; hops <= MOST_REDIRECTS; hops++) {
    const end = await askForms(url, mailbox, search, hops > 0);
    if (end?.kind !== 'otherEndpoint') return end;
    url = end.url;
  }
  search.trail.note(url.href, false, TOO_MANY_REDIRECTS);
  return null;
}

type Turn = End | { readonly kind: 'otherEndpoint'; readonly url: URL };

async function askForms(
  url: URL,
  mailbox: EmailAddress,
  search: Search,
  isRedirected: boolean,
): Promise<Turn | null> {
  const { trail } = search;
  const forms = formsOf(url).filter((form) => trail.isNew(`${mailbox} ${form.url.href}`));
  if (forms.length === 0 && isRedirected) trail.note(url.href, false, GOES_IN_CIRCLES);
  for (const form of forms) {
    if (trail.isSignInDoubtful()) {
      trail.note(form.url.href, false, GIVING_UP_SIGN_IN);
      return null;
    }
    const turn = await ask(form, mailbox, search);
    if (turn !== null) return turn;
  }
  return null;
}

async function ask(form: Endpoint, mailbox: EmailAddress, search: Search): Promise<Turn | null> {
  const { trail, web, signal } = search;
  const tried = form.url.href;
  try {
    const told = await askEndpoint(form, [mailbox], web, signal);
    if (told.kind === 'redirect') return pointTo(told.location, form, trail);
    const [answer] = told.answers;
    return answer === undefined ? null : await turnOf(answer, { form, mailbox }, search);
  } catch (error) {
    trail.noteFailure(tried, error);
    return null;
  }
}

function pointTo(target: string, { url }: Endpoint, trail: Trail): Turn | null {
  const absolute = URL.canParse(target, url.href) ? new URL(target, url).href : '';
  const next = secureUrl(absolute);
  if (next === null) trail.note(url.href, false, leadsNowhere(target));
  else trail.note(url.href, true, redirectsTo(next.href));
  return next === null ? null : { kind: 'otherEndpoint', url: next };
}

async function turnOf(
  answer: MailboxAnswer,
  { form, mailbox }: { readonly form: Endpoint; readonly mailbox: EmailAddress },
  search: Search,
): Promise<Turn | null> {
  const { trail } = search;
  const tried = form.url.href;
  switch (answer.kind) {
    case 'refused':
      trail.note(tried, false, refused(answer.code));
      return null;
    case 'otherEndpoint':
      return pointTo(answer.url, form, trail);
    case 'otherMailbox':
      return callAnew(answer.mailbox, tried, trail);
    case 'settings': {
      const { addresses } = answer;
      if (addresses.length === 0) trail.note(tried, false, NO_EWS_NAMED);
      else trail.note(tried, true, names(addresses));
      const url = await answering(addresses, mailbox, search);
      if (url === null) return null;
      return { kind: 'found', server: { url, addresses, endpoint: tried, mailbox } };
    }
  }
}

function callAnew(target: string, tried: string, trail: Trail): Turn | null {
  const mailbox = addressIn(target);
  if (mailbox === null) trail.note(tried, false, leadsNowhere(target));
  else if (!trail.isNew(mailbox)) trail.note(tried, false, GOES_IN_CIRCLES);
  else {
    trail.note(tried, true, mailboxIs(mailbox));
    return { kind: 'otherMailbox', mailbox };
  }
  return null;
}

function addressIn(text: string): EmailAddress | null {
  try {
    return parseEmail(text);
  } catch (error) {
    if (error instanceof UnreadableValue) return null;
    throw error;
  }
}

/** The first that answers; one that did not is not asked again when another endpoint names it too. */
async function answering(
  addresses: readonly string[],
  mailbox: EmailAddress,
  { trail, tryAddress, signal }: Search,
): Promise<string | null> {
  for (const url of addresses) {
    if (trail.isSignInDoubtful()) return null;
    if (!trail.isNew(`EWS ${mailbox} ${url}`)) continue;
    try {
      await tryAddress(url, mailbox, signal);
      trail.note(url, true, ANSWERS_AS_EXCHANGE);
      return url;
    } catch (error) {
      trail.noteFailure(url, error);
    }
  }
  return null;
}
