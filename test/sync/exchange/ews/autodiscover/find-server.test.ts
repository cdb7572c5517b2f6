import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseEmail } from '../../../../../mappings/values.js';
import type { KnownEndpoint, Lookup } from '../../../../../sync/ports/discovery.js';
import { ConnectorFailure } from '../../../../../sync/ports/failure.js';
import { openAutodiscover } from '../../../../../sync/exchange/ews/autodiscover/autodiscover.js';
import type { SrvRecord } from '../../../../../sync/exchange/ews/autodiscover/srv.js';
import { basicSignIn } from '../../../../../sync/exchange/ews/sign-in.js';
import { VirtualClock } from '../../../../simulators/clock.js';
import {
  NOT_FOUND,
  poxAnswer,
  redirecting,
  signedIn,
  soapAnswer,
  soapCode,
  soapSettings,
  WEB_SITE,
} from './sites.js';
import { smallInternet, type Received, type SmallInternet } from './small-internet.js';

const ANNA = parseEmail('Anna@firma.example');
const EWS = 'https://mail.firma.example/EWS/Exchange.asmx';
const INSIDE = 'https://exch01.firma.example/EWS/Exchange.asmx';
const SETTINGS = soapAnswer(soapSettings({ InternalEwsUrl: INSIDE, ExternalEwsUrl: EWS }));
const OUTSIDE_ONLY = soapAnswer(soapSettings({ ExternalEwsUrl: EWS }));
const GO_ON = new AbortController().signal;

let internet: SmallInternet;
let triedEws: string[];
beforeEach(() => {
  internet = smallInternet();
  triedEws = [];
});
afterEach(async () => await internet.stop());

interface Given {
  readonly known?: KnownEndpoint;
  readonly srv?: readonly SrvRecord[];
  /** Addresses at which Exchange answers; all unless given. */
  readonly answering?: readonly string[];
  readonly mailbox?: string;
  readonly signal?: AbortSignal;
  readonly clock?: VirtualClock;
}

async function find(given: Given = {}): Promise<Lookup> {
  const { known = null, srv = [], answering, mailbox = ANNA, signal = GO_ON } = given;
  const autodiscover = openAutodiscover({
    signIn: basicSignIn({ user: 'svc@firma.example', password: 'Geheim-1' }),
    dial: internet.dial,
    clock: given.clock ?? new VirtualClock(),
    srv: async () => srv,
    tryAddress: async (url) => {
      triedEws.push(url);
      if (answering === undefined || answering.includes(url)) return;
      throw new ConnectorFailure('unreachable', 'nobody there', { code: 'ECONNREFUSED' });
    },
  });
  try {
    return await autodiscover.find(parseEmail(mailbox), known, signal);
  } finally {
    await autodiscover.close();
  }
}

/** What was tried, and how it went, in English. */
function told({ steps }: Lookup): string[] {
  return steps.map(({ tried, isGood, result }) => `${isGood ? '+' : '-'} ${tried} ${result.en}`);
}

/** Hosts that were sent the password. */
function signedHosts(): string[] {
  const signed = internet.received.filter(({ headers }) => headers.authorization !== undefined);
  return [...new Set(signed.map(({ url }) => new URL(url).origin))];
}

describe('the server of a mailbox is found', () => {
  test('at the domain itself, in one question signed in', async () => {
    await internet.host('https://firma.example', signedIn(SETTINGS));
    const lookup = await find();
    expect(lookup.found).toEqual({
      url: INSIDE,
      addresses: [INSIDE, EWS],
      endpoint: 'https://firma.example/autodiscover/autodiscover.svc',
      mailbox: ANNA,
    });
    expect(internet.received.map(({ headers }) => headers.authorization === undefined)).toEqual([
      true,
      false,
    ]);
  });

  test('inside the network first, and outside where nobody answers inside', async () => {
    await internet.host('https://firma.example', signedIn(SETTINGS));
    const lookup = await find({ answering: [EWS] });
    expect(triedEws).toEqual([INSIDE, EWS]);
    expect(lookup.found?.url).toBe(EWS);
  });

  test('at autodiscover.DOMAIN where the domain has a web site, which never sees the password', async () => {
    await internet.host('https://firma.example', WEB_SITE);
    await internet.host('https://autodiscover.firma.example', signedIn(OUTSIDE_ONLY));
    expect((await find()).found?.url).toBe(EWS);
    expect(signedHosts()).toEqual(['https://autodiscover.firma.example']);
  });

  test('by the older protocol where SOAP is not there', async () => {
    const account = `<Action>settings</Action><Protocol><Type>EXPR</Type><EwsUrl>${EWS}</EwsUrl></Protocol>`;
    await internet.host('https://firma.example', signedIn({ '.xml': poxAnswer(account) }));
    const lookup = await find();
    expect(lookup.found).toMatchObject({
      url: EWS,
      endpoint: 'https://firma.example/autodiscover/autodiscover.xml',
    });
  });

  test('where plain http points within the domain, without ever sending the password there', async () => {
    const to = 'https://mail.firma.example/autodiscover/autodiscover.xml';
    await internet.host('http://autodiscover.firma.example', redirecting(to));
    await internet.host('https://mail.firma.example', signedIn({ '.svc': OUTSIDE_ONLY }));
    expect((await find()).found?.url).toBe(EWS);
    expect(signedHosts()).toEqual(['https://mail.firma.example']);
    const plain = internet.received.filter(({ url }) => url.startsWith('http://'));
    expect(plain.map(({ method }) => method)).toEqual(['GET']);
  });

  test('by DNS within the domain, the lowest priority first, at a port of its own', async () => {
    await internet.host('https://mx.firma.example:8443', signedIn(OUTSIDE_ONLY));
    const srv = [
      { name: 'second.firma.example', port: 443, priority: 20, weight: 9 },
      { name: 'mx.firma.example.', port: 8443, priority: 10, weight: 0 },
    ];
    expect((await find({ srv })).found?.endpoint).toBe(
      'https://mx.firma.example:8443/autodiscover/autodiscover.svc',
    );
  });

  test('by the endpoint that answered before, without asking any other', async () => {
    await internet.host('https://mail.firma.example', signedIn(OUTSIDE_ONLY));
    await internet.host('https://firma.example', signedIn(SETTINGS));
    const url = 'https://mail.firma.example/autodiscover/autodiscover.svc';
    expect((await find({ known: { url, isOnly: false } })).found?.url).toBe(EWS);
    expect(internet.received.every(({ url: asked }) => asked.includes('//mail.'))).toBe(true);
  });

  test('though the answer has entities of HTML, another order and a byte order mark', async () => {
    const odd = `\ufeff<Autodiscover><Response><Account><Protocol><EwsUrl> ${EWS}\n</EwsUrl><Server>B&uuml;ro&nbsp;1</Server><Type>EXPR</Type></Protocol></Account></Response></Autodiscover>`;
    await internet.host('https://firma.example', signedIn({ '.xml': odd }));
    expect((await find()).found?.url).toBe(EWS);
  });

  test('under the mailbox’s name in another domain, when the server says so', async () => {
    const moved = soapAnswer(soapCode('RedirectAddress', 'anna@other.example'));
    await internet.host('https://firma.example', signedIn(moved));
    await internet.host('https://other.example', signedIn(OUTSIDE_ONLY));
    expect((await find()).found?.mailbox).toBe('anna@other.example');
  });

  test('where an answer, or HTTP, points on', async () => {
    const second = 'https://b.other.example/autodiscover/autodiscover.svc';
    const toUrl = soapAnswer(soapCode('RedirectUrl', 'https://a.other.example/Autodiscover.svc'));
    await internet.host('https://firma.example', signedIn(toUrl));
    await internet.host('https://a.other.example', redirecting(second, 307));
    await internet.host('https://b.other.example', signedIn(OUTSIDE_ONLY));
    expect((await find()).found?.endpoint).toBe(second);
  });
});

describe('the password stays at home', () => {
  const FOREIGN = 'https://evil.other.example/autodiscover/autodiscover.svc';

  test('when plain http points to a foreign host; the administrator is told how to allow it', async () => {
    await internet.host('http://autodiscover.firma.example', redirecting(FOREIGN));
    await internet.host('https://evil.other.example', signedIn(OUTSIDE_ONLY));
    const lookup = await find();
    expect(lookup.found).toBeNull();
    expect(told(lookup).join('\n')).toContain(`--autodiscover-url ${FOREIGN}`);
    expect(signedHosts()).toEqual([]);
  });

  test('when DNS names a foreign host', async () => {
    await internet.host('https://evil.other.example', signedIn(OUTSIDE_ONLY));
    const srv = [{ name: 'evil.other.example', port: 443, priority: 0, weight: 0 }];
    expect((await find({ srv })).found).toBeNull();
    expect(internet.received).toEqual([]);
  });

  test('but goes to a foreign host that the administrator named', async () => {
    await internet.host('https://evil.other.example', signedIn(OUTSIDE_ONLY));
    expect((await find({ known: { url: FOREIGN, isOnly: true } })).found?.url).toBe(EWS);
  });

  test('when a server points to plain http, in an answer or by HTTP', async () => {
    const plain = 'http://mail.firma.example/autodiscover/autodiscover.svc';
    await internet.host('https://firma.example', redirecting(plain));
    await internet.host(
      'https://autodiscover.firma.example',
      signedIn(soapAnswer(soapCode('RedirectUrl', plain))),
    );
    await internet.host('http://mail.firma.example', signedIn(OUTSIDE_ONLY));
    const lookup = await find();
    expect(lookup.found).toBeNull();
    expect(told(lookup).join('\n')).toContain('no password is sent there');
    expect(internet.received.some(({ url }) => url.startsWith('http://mail.'))).toBe(false);
  });

  test('when the server named for EWS is spoken to without encryption', async () => {
    const plain = soapAnswer(soapSettings({ ExternalEwsUrl: 'http://mail.firma.example/ews' }));
    await internet.host('https://firma.example', signedIn(plain));
    expect((await find()).found).toBeNull();
    expect(triedEws).toEqual([]);
  });

  test('when the certificate is for another name', async () => {
    await internet.host('https://firma.example', signedIn(SETTINGS), 'trusted');
    const lookup = await find();
    expect(lookup.found).toBeNull();
    expect(internet.received).toEqual([]);
    expect(told(lookup)[0]).toMatch(/encrypted connection to the Autodiscover server fails/);
  });

  test('after two refusals, so that the account is not locked', async () => {
    const refusing = (_request: Received, response: ServerResponse): void => {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
    };
    await internet.host('https://firma.example', refusing);
    await internet.host('https://autodiscover.firma.example', refusing);
    const lookup = await find();
    const signed = internet.received.filter(({ headers }) => headers.authorization !== undefined);
    expect(lookup.found).toBeNull();
    expect(signed).toHaveLength(2);
    expect(told(lookup).join('\n')).toContain('might lock the service account');
  });
});

describe('a lookup ends', () => {
  test('when hosts point at each other', async () => {
    const at = (host: string): string => `https://${host}/autodiscover/autodiscover.svc`;
    await internet.host('https://firma.example', redirecting(at('b.firma.example')));
    await internet.host('https://b.firma.example', redirecting(at('firma.example')));
    const lookup = await find();
    expect(lookup.found).toBeNull();
    expect(told(lookup).join('\n')).toContain('points back to where we came from');
  });

  test('when a host points on for ever, after ten redirects', async () => {
    let count = 0;
    await internet.host('https://firma.example', (_request, response) => {
      count += 1;
      response.writeHead(302, { location: `/next${count}/autodiscover.svc` }).end();
    });
    const lookup = await find();
    expect(told(lookup).join('\n')).toContain('ten redirects are the end of it');
    expect(count).toBeLessThan(25);
  });

  test('and a web site that points on for ever does not hide the server', async () => {
    let count = 0;
    await internet.host('https://firma.example', (_request, response) => {
      count += 1;
      response.writeHead(302, { location: `/page${count}` }).end();
    });
    await internet.host('https://autodiscover.firma.example', signedIn(OUTSIDE_ONLY));
    expect((await find()).found?.url).toBe(EWS);
  });

  test('when mailboxes point at each other', async () => {
    const to = (mailbox: string): string => soapAnswer(soapCode('RedirectAddress', mailbox));
    await internet.host('https://firma.example', signedIn(to('anna@other.example')));
    await internet.host('https://other.example', signedIn(to('ANNA@firma.example')));
    const lookup = await find();
    expect(lookup.found).toBeNull();
    expect(told(lookup).join('\n')).toContain('points back to where we came from');
  });

  test('when every mailbox points to another one', async () => {
    let count = 0;
    await internet.host('https://firma.example', (request, response) => {
      count += 1;
      signedIn(soapAnswer(soapCode('RedirectAddress', `anna${count}@firma.example`)))(
        request,
        response,
      );
    });
    const lookup = await find();
    expect(lookup.found).toBeNull();
    expect(count).toBeLessThan(30);
  });

  test('when a server never answers', async () => {
    const clock = new VirtualClock();
    await internet.host('https://firma.example', () => {
      clock.advance(10_000); // the request has arrived: now its time runs out
    });
    const lookup = await find({ clock });
    expect(lookup.found).toBeNull();
    expect(told(lookup)[0]).toContain('no answer (TimedOut)');
  });

  test('at once when it is called off', async () => {
    const calledOff = new AbortController();
    await internet.host('https://firma.example', () => calledOff.abort());
    await expect(find({ signal: calledOff.signal })).rejects.toMatchObject({ code: 'CalledOff' });
  });

  test('with a step for each address where nothing is there at all', async () => {
    expect(told(await find())).toEqual([
      '- https://firma.example/autodiscover/autodiscover.svc DNS does not know the name (ENOTFOUND)',
      '- https://firma.example/autodiscover/autodiscover.xml DNS does not know the name (ENOTFOUND)',
      '- https://autodiscover.firma.example/autodiscover/autodiscover.svc DNS does not know the name (ENOTFOUND)',
      '- https://autodiscover.firma.example/autodiscover/autodiscover.xml DNS does not know the name (ENOTFOUND)',
      '- http://autodiscover.firma.example/autodiscover/autodiscover.xml DNS does not know the name (ENOTFOUND)',
      '- DNS SRV _autodiscover._tcp.firma.example names no Autodiscover server',
    ]);
  });

  test('for an address whose domain is no host name', async () => {
    expect((await find({ mailbox: 'anna@firma.example/x' })).found).toBeNull();
    expect(internet.received).toEqual([]);
  });
});

const BOMB =
  '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><Autodiscover>&b;</Autodiscover>';

describe('what is no answer is told, and the next address asked', () => {
  // prettier-ignore
  const rows: readonly { name: string; text: string; status?: number; says: string }[] = [
    { name: 'an empty text', text: '', says: 'web page or other text' },
    { name: 'a page', text: '<!DOCTYPE html><html><p>x<br></html>', says: 'web page or other text' },
    { name: 'a text cut off', text: SETTINGS.slice(0, 300), says: 'web page or other text' },
    { name: 'an entity bomb', text: BOMB, says: 'web page or other text' },
    { name: 'another document', text: '<rss><channel/></rss>', says: 'web page or other text' },
    { name: 'two answers to one question', text: soapAnswer(soapCode('NoError'), soapCode('NoError')), says: 'web page or other text' },
    { name: 'too much of it', text: `<a>${'x'.repeat(1_100_000)}</a>`, says: 'larger than 1 MiB' },
    { name: 'an unknown mailbox', text: soapAnswer(soapCode('InvalidUser')), says: 'knows no mailbox with this address (InvalidUser)' },
    { name: 'a busy server', text: soapAnswer(soapCode('ServerBusy')), says: 'is busy (ServerBusy)' },
    { name: 'settings without an address', text: soapAnswer(soapSettings({ UserDisplayName: 'Anna' })), says: 'names no EWS address' },
    { name: 'a SOAP fault', status: 500, text: '<s:Envelope xmlns:s="x"><s:Body><s:Fault><faultcode>s:Client</faultcode></s:Fault></s:Body></s:Envelope>', says: 'cannot answer the question (Client)' },
    { name: 'a page of an error', status: 500, text: '<html>oops</html>', says: 'HTTP 500' },
    { name: 'a server out of order', status: 503, text: 'x', says: 'HTTP 503' },
    { name: 'a redirect to no mailbox', text: soapAnswer(soapCode('RedirectAddress', 'nowhere')), says: 'points to "nowhere"' },
    { name: 'a redirect to no address', text: soapAnswer(soapCode('RedirectUrl', 'ftp://x')), says: 'points to "ftp://x"' },
  ];

  for (const { name, text, status, says } of rows) {
    test(name, async () => {
      await internet.host('https://firma.example', signedIn({ '.svc': text }, status));
      await internet.host('https://autodiscover.firma.example', signedIn(OUTSIDE_ONLY));
      const lookup = await find();
      expect(told(lookup)[0]).toContain(says);
      expect(lookup.found?.url).toBe(EWS);
    });
  }

  test('a host without the service', async () => {
    await internet.host('https://firma.example', NOT_FOUND);
    expect(told(await find())[0]).toContain('not with Autodiscover (HTTP 404)');
  });
});
