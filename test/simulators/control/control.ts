import { z } from 'zod';
import type { ServerResponse } from 'node:http';
import { usualPlan } from '../autodiscover/plan.js';
import type { ServerState } from '../ews/server-state.js';
import { BUSY_FORMS, FAULT_KINDS } from '../faults.js';
import type { FaultRule } from '../faults.js';
import { ExchangeError } from '../mailbox/failure.js';
import { DEFAULT_MODES } from '../mailbox/modes.js';
import type { Mailbox } from '../mailbox/mailbox.js';
import { isMaster, occurrencesBetween, overlaps } from '../mailbox/series.js';
import { bodyOf, checked } from './control-request.js';
import type { ControlRequest, Handler } from './control-request.js';
import { BadControlRequest, jsonOfItem, jsonOfView, textOr } from './json-item.js';
import type { JsonObject } from './json-item.js';
import { editAsPerson, PERSON_ACTIONS } from './person.js';
import { SERVER_HANDLERS } from './server-control.js';

/** The control address: how tests and the demo look at the mailboxes and edit them as people would. */
export function serveControl(server: ServerState, request: ControlRequest): void {
  const { response } = request;
  try {
    const handler = HANDLERS.get(`${request.method} ${request.url.pathname.replace(/\/$/, '')}`);
    if (!handler) {
      sendJson(response, 404, {
        error: 'NotFound',
        message: `Known: ${[...HANDLERS.keys()].join(', ')}`,
      });
      return;
    }
    sendJson(response, 200, handler(server, request));
  } catch (error) {
    if (error instanceof ExchangeError) {
      sendJson(response, 400, { error: error.code, message: error.message });
    } else if (error instanceof BadControlRequest) {
      sendJson(response, 400, { error: 'BadRequest', message: error.message });
    } else throw error;
  }
}

const HANDLERS: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ['GET /control/mails', ({ organisation }) => organisation.mails],
  ['GET /control/items', listItems],
  ['POST /control/items', editItem],
  ['GET /control/folders', listFolders],
  ['POST /control/folders', makeFolder],
  ['GET /control/faults', ({ faults }) => faults.list()],
  ['POST /control/faults', addFault],
  ['DELETE /control/faults', clearFaults],
  ['GET /control/requests', countRequests],
  ['GET /control/modes', ({ organisation }) => organisation.modes],
  ['POST /control/modes', setModes],
  ['POST /control/sync-states/invalidate', invalidate],
  ['POST /control/reset', reset],
  ...SERVER_HANDLERS,
]);

/** `?mailbox=A[&folder=calendar][&from=ISO&to=ISO]`: stored items, or with a span every occurrence in it. */
function listItems({ organisation }: ServerState, { url }: ControlRequest): unknown {
  const mailbox = organisation.mailbox(queryOf(url, 'mailbox'));
  const folder = mailbox.folder(url.searchParams.get('folder') ?? 'calendar');
  const items = [...folder.items.values()];
  const from = url.searchParams.get('from');
  if (from === null) return items.map((item) => jsonOfItem(mailbox, item));
  const span = { from: Date.parse(from), to: Date.parse(queryOf(url, 'to')) };
  return items.flatMap((item) => {
    if (isMaster(item)) {
      const found = occurrencesBetween(item, span.from, span.to);
      return found.map((one) => jsonOfView(mailbox.viewOf(item, one)));
    }
    const { Start: start = 0, End: end = 0 } = item.properties;
    return overlaps({ start, end }, span.from, span.to) ? [jsonOfView(mailbox.viewOf(item))] : [];
  });
}

function editItem(server: ServerState, { text }: ControlRequest): unknown {
  const request = bodyOf(text);
  const action = PERSON_ACTIONS.find((one) => one === request['do']);
  if (!action) throw new BadControlRequest(`do must be one of: ${PERSON_ACTIONS.join(', ')}`);
  const view = editAsPerson(mailboxOf(server, request), action, request);
  return view ? { id: view.id, changeKey: view.changeKey } : { id: null, changeKey: null };
}

function listFolders({ organisation }: ServerState, { url }: ControlRequest): unknown {
  const { folders } = organisation.mailbox(queryOf(url, 'mailbox')).store;
  return folders.all().map(({ id, parentId, displayName, folderClass, distinguished, items }) => ({
    ...{ id, parentId, displayName, folderClass, distinguished },
    items: items.size,
  }));
}

function makeFolder(server: ServerState, { text }: ControlRequest): unknown {
  const request = bodyOf(text);
  const mailbox = mailboxOf(server, request);
  const parent = mailbox.folder(textOr(request['parent'], 'msgfolderroot'));
  const name = textOr(request['displayName'], 'Neuer Ordner');
  const folder = mailbox.createFolder(
    parent,
    name,
    textOr(request['folderClass'], 'IPF.Appointment'),
  );
  return { id: folder.id, displayName: folder.displayName };
}

/** A misspelt or mistyped word would be a fault that never happens, and a test that proves nothing. */
const FAULT_RULE: z.ZodType<FaultRule> = z.strictObject({
  kind: z.enum(FAULT_KINDS),
  operation: z.string().exactOptional(),
  mailbox: z.string().exactOptional(),
  nth: z.int().min(1).exactOptional(),
  times: z.int().min(1).nullable().exactOptional(),
  backOffMilliseconds: z.number().min(0).exactOptional(),
  form: z.enum(BUSY_FORMS).exactOptional(),
  retryAfterSeconds: z.int().min(0).exactOptional(),
  code: z.string().exactOptional(),
  entry: z.int().min(0).exactOptional(),
  delayMs: z.number().min(0).exactOptional(),
});

function addFault({ faults }: ServerState, { text }: ControlRequest): unknown {
  faults.add(checked(FAULT_RULE, text));
  return faults.list();
}

function clearFaults({ faults }: ServerState): unknown {
  faults.clear();
  return [];
}

function countRequests({ requests }: ServerState): unknown {
  const total = [...requests.values()].reduce((sum, count) => sum + count, 0);
  return { total, byOperation: Object.fromEntries(requests) };
}

function setModes({ organisation }: ServerState, { text }: ControlRequest): unknown {
  const wanted = bodyOf(text);
  for (const [name, value] of Object.entries(wanted)) {
    const present: unknown = Object.entries(DEFAULT_MODES).find(([mode]) => mode === name)?.[1];
    if (present === undefined) throw new BadControlRequest(`no such mode: ${name}`);
    if (typeof value !== typeof present) {
      throw new BadControlRequest(`${name} must be a ${typeof present}`);
    }
  }
  organisation.modes = { ...organisation.modes, ...wanted };
  return organisation.modes;
}

/** `{mailbox}`, or nothing for all mailboxes. */
function invalidate(server: ServerState, { text }: ControlRequest): unknown {
  const request = text.trim() === '' ? {} : bodyOf(text);
  const named = request['mailbox'] === undefined ? null : mailboxOf(server, request);
  const mailboxes = named ? [named] : server.organisation.mailboxes;
  for (const { store } of mailboxes) store.invalidateSyncStates();
  return { invalidated: mailboxes.map(({ address }) => address) };
}

/** Sets counters, ledger and faults back; mailboxes stay. */
function reset(server: ServerState): unknown {
  const { organisation, faults, requests, throttle } = server;
  server.autodiscover = usualPlan();
  requests.clear();
  faults.clear();
  throttle.reset();
  organisation.mails.length = 0;
  return {};
}

function mailboxOf({ organisation }: ServerState, request: JsonObject): Mailbox {
  if (typeof request['mailbox'] !== 'string') throw new BadControlRequest('mailbox is missing');
  return organisation.mailbox(request['mailbox']);
}

function queryOf(url: URL, name: string): string {
  const value = url.searchParams.get(name);
  if (value === null) throw new BadControlRequest(`?${name}= is missing`);
  return value;
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(value));
}
