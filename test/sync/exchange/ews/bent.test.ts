import { describe, expect, test } from 'vitest';
import { openEws } from '../../../../sync/exchange/ews/adapter.js';
import { basicSignIn } from '../../../../sync/exchange/ews/sign-in.js';
import { describeExchangePort, type ExchangeUnderTest } from '../../../contracts/exchange-port.js';
import { VirtualClock } from '../../../simulators/clock.js';
import { SOAP_NS } from '../../../simulators/ews/soap.js';
import type { XmlNode } from '../../../simulators/ews/xml.js';
import { SERVICE_USER } from '../../../simulators/sample-firm.js';
import {
  startBending,
  writeOddly,
  writeWithoutPrefixes,
  type Bend,
  type Bending,
} from './bending-server.js';
import { openEwsAgainstFake } from './fake-exchange.js';

/**
 * EWS servers by other authors say true things in ways the schema does not know. The promises of the port hold all the same;
 * each bend is one that such a server is known or likely to make.
 */
const same: Bend = (node) => [node];
const plain: Bending = { bend: same, write: writeWithoutPrefixes, status: (status) => status };

/** Lists mean something by their order; what is no list is turned round. */
const LISTS = new Set(['ResponseMessages', 'Items', 'Changes', 'Folders', 'Body', 'Envelope']);
const reversed: Bend = (node) => {
  const isList = LISTS.has(node.name) || /Occurrences$|^Categories$/.test(node.name);
  return [isList ? node : { ...node, children: [...node.children].reverse() }];
};

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const withText = (node: XmlNode, text: string): readonly XmlNode[] => [{ ...node, text }];

/** `2026-03-02T08:00:00.0000000+00:00` */
const fractions: Bend = (node) =>
  TIME.test(node.text) ? withText(node, node.text.replace('Z', '.0000000+00:00')) : [node];

/** The same moment on another clock. */
const offsets: Bend = (node) => {
  if (!TIME.test(node.text)) return [node];
  const there = new Date(Date.parse(node.text) + 5.5 * 3_600_000).toISOString().slice(0, 19);
  return withText(node, ` ${there}+05:30\n`);
};

/** A date of a pattern with a time behind it. */
const dateTimes: Bend = (node, parent) =>
  parent !== null && parent.name.endsWith('Recurrence') && node.name.endsWith('Date')
    ? withText(node, `${node.text.slice(0, 10)}T00:00:00.000`)
    : [node];

const DEFAULTS: Readonly<Record<string, string>> = {
  IsAllDayEvent: 'false',
  IsMeeting: 'false',
  Importance: 'Normal',
  LegacyFreeBusyStatus: 'Busy',
  ReminderIsSet: 'false',
  CalendarItemType: 'Single',
  MyResponseType: 'Organizer',
  Location: '',
};
const OPTIONAL = new Set([
  ...['MessageText', 'DescriptiveLinkKey', 'AppointmentState', 'LastModifiedTime', 'Header'],
  ...['ConflictResults', 'ServerVersionInfo'],
]);

/** Leaves out what the schema lets a server leave out, and what says no more than its default. */
const sparse: Bend = (node, parent) => {
  const isOfMeeting = parent?.children.some(
    (one) => one.name === 'IsMeeting' && one.text === 'true',
  );
  // nobody may be asked of a meeting of which nothing tells who invites
  const isTelling = node.name === 'MyResponseType' && isOfMeeting === true;
  const isDefault = DEFAULTS[node.name] === node.text && node.children.length === 0 && !isTelling;
  const isEmptyList = /Occurrences$|^Categories$/.test(node.name) && node.children.length === 0;
  const isOfItem = parent?.name === 'CalendarItem';
  return OPTIONAL.has(node.name) || (isOfItem && (isDefault || isEmptyList)) ? [] : [node];
};

/** Elements and attributes of a later schema, and GUIDs in capitals. */
const talkative: Bend = (node) => {
  const { PropertySetId: set } = node.attributes;
  const attributes = {
    ...node.attributes,
    ...(set === undefined ? {} : { PropertySetId: set.toUpperCase() }),
    FutureAttribute: 'x',
  };
  const future: XmlNode = {
    name: 'FutureElement',
    ns: 'urn:later',
    attributes: {},
    children: [],
    text: '1',
  };
  const isLeaf = node.children.length === 0;
  const isList = LISTS.has(node.name) || /Occurrences$|^Categories$/.test(node.name);
  return [
    {
      ...node,
      attributes,
      children: isLeaf || isList ? node.children : [future, ...node.children, future],
    },
  ];
};

/** A fault with HTTP 200, with nothing but its code. */
const bareFaults: Bend = (node, parent) =>
  parent?.name === 'Fault' && node.ns !== SOAP_NS && node.name === 'detail' ? [] : [node];

const BENDINGS: readonly { readonly name: string; readonly bending: Bending }[] = [
  { name: 'without prefixes', bending: plain },
  { name: 'with odd XML', bending: { ...plain, write: writeOddly } },
  { name: 'with its elements in another order', bending: { ...plain, bend: reversed } },
  { name: 'with fractions of seconds', bending: { ...plain, bend: fractions } },
  { name: 'with times of another zone', bending: { ...plain, bend: offsets } },
  { name: 'with times where dates belong', bending: { ...plain, bend: dateTimes } },
  { name: 'without what may be missing', bending: { ...plain, bend: sparse } },
  { name: 'with more than we know', bending: { ...plain, bend: talkative } },
  {
    name: 'with faults under HTTP 200',
    bending: { ...plain, bend: bareFaults, status: () => 200 },
  },
];

async function openBent(bending: Bending): Promise<ExchangeUnderTest> {
  const under = await openEwsAgainstFake();
  const server = await startBending(under.fake.url, bending);
  const ews = openEws({
    url: server.url,
    signIn: basicSignIn({ user: SERVICE_USER.address, password: SERVICE_USER.password }),
    clock: new VirtualClock(),
  });
  return {
    ...under,
    port: ews.appointments,
    async close() {
      await ews.close();
      await server.stop();
      await under.close();
    },
  };
}

for (const { name, bending } of BENDINGS) {
  describeExchangePort(`EWS of a server ${name}`, () => openBent(bending));
}

describe('a server that bends its answers', () => {
  test('is really bent, and its faults are told apart', async () => {
    const under = await openEwsAgainstFake();
    const server = await startBending(under.fake.url, { ...plain, status: () => 200 });
    const signIn = basicSignIn({ user: SERVICE_USER.address, password: SERVICE_USER.password });
    const ews = openEws({ url: server.url, signIn, clock: new VirtualClock() });
    under.fake.faults.add({ kind: 'busy', backOffMilliseconds: 7_000, form: 'fault' });
    const asked = ews.appointments.folders(under.mailbox, new AbortController().signal);
    await expect(asked).rejects.toMatchObject({ kind: 'busy', retryAfterMs: 7_000 });
    expect(server.answers()).toBe(1);
    await ews.close();
    await server.stop();
    await under.close();
  });
});
