import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a server says to one request. */
export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
  /** Cuts the connection after the body instead of ending it properly. */
  readonly cut?: boolean;
}

export interface ScriptedServer {
  readonly url: string;
  readonly received: readonly { readonly headers: IncomingHttpHeaders; readonly body: string }[];
  stop(): Promise<void>;
}

/** An HTTP server on 127.0.0.1 that answers with what it is told, request by request, and with the last one from then on. */
export async function startScripted(...replies: readonly Reply[]): Promise<ScriptedServer> {
  const received: { headers: IncomingHttpHeaders; body: string }[] = [];
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const reply = replies[Math.min(received.length, replies.length - 1)];
      received.push({ headers: request.headers, body: Buffer.concat(pieces).toString('utf8') });
      if (reply !== undefined) send(response, reply); // told nothing, it never answers
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/EWS/Exchange.asmx`,
    received,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function send(response: ServerResponse, { status = 200, headers = {}, body, cut }: Reply): void {
  response.writeHead(status, { 'content-type': 'text/xml; charset=utf-8', ...headers });
  if (cut === true) response.write(body, () => response.destroy());
  else response.end(body);
}

/** A SOAP envelope around the content of its body. */
export function soap(body: string): string {
  return (
    '<?xml version="1.0" encoding="utf-8"?>' +
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Header/><s:Body ' +
    'xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages" ' +
    'xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types">' +
    `${body}</s:Body></s:Envelope>`
  );
}

/** An answer with its response messages. */
export function answer(operation: string, ...messages: readonly string[]): string {
  const all = messages.join('');
  const name = `m:${operation}Response`;
  return soap(`<${name}><m:ResponseMessages>${all}</m:ResponseMessages></${name}>`);
}

/** One response message that went well. */
export function success(operation: string, content: string): string {
  const name = `m:${operation}ResponseMessage`;
  return `<${name} ResponseClass="Success"><m:ResponseCode>NoError</m:ResponseCode>${content}</${name}>`;
}

/** One response message that failed. */
export function failure(operation: string, code: string, more = ''): string {
  const name = `m:${operation}ResponseMessage`;
  return (
    `<${name} ResponseClass="Error"><m:MessageText>as planned</m:MessageText>` +
    `<m:ResponseCode>${code}</m:ResponseCode><m:DescriptiveLinkKey>0</m:DescriptiveLinkKey>${more}</${name}>`
  );
}

/** A SOAP fault as Exchange lays it out (protocol fact 6). */
export function fault(code: string, values: Readonly<Record<string, string>> = {}): string {
  const xml = Object.entries(values).map(
    ([name, value]) => `<t:Value Name="${name}">${value}</t:Value>`,
  );
  return soap(
    `<s:Fault><faultcode xmlns:a="http://schemas.microsoft.com/exchange/services/2006/types">a:${code}</faultcode>` +
      '<faultstring xml:lang="en-US">as planned</faultstring><detail>' +
      `<e:ResponseCode xmlns:e="http://schemas.microsoft.com/exchange/services/2006/errors">${code}</e:ResponseCode>` +
      '<e:Message xmlns:e="http://schemas.microsoft.com/exchange/services/2006/errors">as planned</e:Message>' +
      `<t:MessageXml>${xml.join('')}</t:MessageXml></detail></s:Fault>`,
  );
}

/** A calendar item as GetItem hands it out, with more elements where they are given. */
export function itemMessage(id: string, content = CONTENT): string {
  const item = `<t:CalendarItem><t:ItemId Id="${id}" ChangeKey="K-${id}"/>${content}</t:CalendarItem>`;
  return success('GetItem', `<m:Items>${item}</m:Items>`);
}

const CONTENT =
  '<t:Subject>Wartung</t:Subject><t:Start>2026-03-02T08:00:00Z</t:Start><t:End>2026-03-02T09:00:00Z</t:End>';
