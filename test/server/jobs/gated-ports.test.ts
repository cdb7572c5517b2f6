import { expect, test } from 'vitest';
import type { EpochGate, GatedPair } from '../../../server/jobs/epoch-gate.js';
import { gatedPorts } from '../../../server/jobs/gated-ports.js';
import { NoteErp } from '../../sync/engine/note-erp.js';
import { NoteExchange } from '../../sync/engine/note-exchange.js';
import { NoteWorld } from '../../sync/engine/note-world.js';

const never = new AbortController().signal;
const { pair } = new NoteWorld().work();
const lease = { pairId: pair.id, fence: 1 };
const { mailbox } = pair;

type Ports = ReturnType<typeof gated>['ports'];

/** Ports behind a gate that takes down who is asked for what, and refuses what it is told to. */
function gated(refuses: 'enter' | 'beforeWrite' | null = null) {
  const calls: string[] = [];
  const ask = async (what: 'enter' | 'beforeWrite'): Promise<void> => {
    calls.push(what);
    await Promise.resolve();
    if (what === refuses) throw new Error(`no ${what}`);
  };
  const gate: EpochGate = {
    enter: () => ask('enter'),
    beforeWrite: () => ask('beforeWrite'),
    doubt: (side) => void calls.push(`doubt ${side}`),
  };
  const noted = <T extends object>(port: T): T =>
    new Proxy(port, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]): unknown => {
          calls.push('port');
          return Reflect.apply(value, target, args);
        };
      },
    });
  const erp = noted(new NoteErp());
  const exchange = noted(new NoteExchange());
  const whose: GatedPair = {
    pair,
    mailboxes: { read: async () => '', write: async () => undefined },
    hasOurItems: async () => true,
  };
  return { calls, ports: gatedPorts({ erp, exchange }, gate, whose) };
}

const READS: Record<string, (ports: Ports) => Promise<unknown>> = {
  'the change log': ({ erp }) => erp.changesSince('E01', null, never),
  records: ({ erp }) => erp.read('E01', [], never),
  'a record by its key': ({ erp }) => erp.findByKey(lease, [], never),
  'records of meetings': ({ erp }) => erp.findMeetings([], never),
  'the folders': ({ exchange }) => exchange.folders(mailbox, never),
  'the feed': ({ exchange }) =>
    exchange.changesSince(mailbox, { folderId: 'calendar', cursor: null }, never),
  items: ({ exchange }) => exchange.read(mailbox, [], never),
  'an item by its key': ({ exchange }) =>
    exchange.findByKey(mailbox, { folderId: 'calendar', keys: [] }, never),
};

const WRITES: Record<string, (ports: Ports) => Promise<unknown>> = {
  'a new record': ({ erp }) => erp.create(lease, [], never),
  'a changed record': ({ erp }) => erp.update(lease, [], never),
  'a removed record': ({ erp }) => erp.remove(lease, [], never),
  'a joined record': ({ erp }) => erp.join(lease, [], never),
  'a new item': ({ exchange }) => exchange.create(mailbox, [], never),
  'a changed item': ({ exchange }) => exchange.update(mailbox, [], never),
  'a removed item': ({ exchange }) => exchange.remove(mailbox, [], never),
  'an item that is brought back': ({ exchange }) => exchange.bringBack(mailbox, [], never),
};

test.each(Object.entries(READS))('%s: only of a store that was recognised', async (_, read) => {
  const { calls, ports } = gated();
  await read(ports);
  await read(ports);
  expect(calls).toEqual(['enter', 'port', 'port']);
  const closed = gated('enter');
  await expect(read(closed.ports)).rejects.toThrow('no enter');
  expect(closed.calls).toEqual(['enter']);
});

test.each(Object.entries(WRITES))('%s: only with a new token', async (_, write) => {
  const { calls, ports } = gated();
  await write(ports);
  expect(calls).toEqual(['enter', 'beforeWrite', 'port']);
  for (const refuses of ['enter', 'beforeWrite'] as const) {
    const closed = gated(refuses);
    await expect(write(closed.ports)).rejects.toThrow(`no ${refuses}`);
    expect(closed.calls).not.toContain('port');
  }
});
