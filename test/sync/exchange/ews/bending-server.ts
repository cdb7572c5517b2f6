import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readXml, type XmlNode } from '../../../simulators/ews/xml.js';

/** What becomes of one element of an answer: another element, several in its place, or none. */
export type Bend = (node: XmlNode, parent: XmlNode | null) => readonly XmlNode[];

/** How an answer is bent, and how it is written down again. */
export interface Bending {
  readonly bend: Bend;
  readonly write: (root: XmlNode) => string;
  /** What happens to the HTTP status. */
  readonly status: (status: number) => number;
}

export interface BendingServer {
  readonly url: string;
  /** Answers that went through so far: a bend that is never tried proves nothing. */
  readonly answers: () => number;
  stop(): Promise<void>;
}

/**
 * A server by other authors: passes requests on to `target` and bends what it answers. What it says stays true; only how it
 * is said differs from Exchange.
 */
export async function startBending(target: string, bending: Bending): Promise<BendingServer> {
  let answers = 0;
  const server = createServer((request, response) => {
    void passOn(target, request).then(({ status, text }) => {
      answers += 1;
      const isXml = text.startsWith('<?xml');
      response.writeHead(bending.status(status), { 'content-type': 'text/xml; charset=utf-8' });
      response.end(isXml ? bent(text, bending) : text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/EWS/Exchange.asmx`,
    answers: () => answers,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function passOn(
  target: string,
  request: IncomingMessage,
): Promise<{ readonly status: number; readonly text: string }> {
  const pieces: Buffer[] = [];
  for await (const piece of request as AsyncIterable<Buffer>) pieces.push(piece);
  const { authorization = '', 'content-type': type = '' } = request.headers;
  const headers = { authorization, 'content-type': type };
  const body = Buffer.concat(pieces);
  const response = await fetch(target, { method: 'POST', headers, body });
  return { status: response.status, text: await response.text() };
}

function bent(text: string, { bend, write }: Bending): string {
  const root = readXml(text.replace(/&#x(?:[0-8BCEF]|1[0-9A-F]);/g, ''));
  const [changed] = bendAll(root, null, bend);
  if (changed === undefined) throw new Error('the bend took the whole envelope away');
  return write(changed);
}

function bendAll(node: XmlNode, parent: XmlNode | null, bend: Bend): readonly XmlNode[] {
  return bend(node, parent).map((one) => ({
    ...one,
    children: one.children.flatMap((child) => bendAll(child, one, bend)),
  }));
}

/** Every element with a default namespace of its own, no prefix anywhere. */
export function writeWithoutPrefixes(root: XmlNode): string {
  return writeNode(root, { open: '', space: '', text: escaped });
}

/** Prefixes nobody expects, white space and comments between elements, text in CDATA, a byte order mark. */
export function writeOddly(root: XmlNode): string {
  const style = { open: 'zz', space: '\r\n<!-- … -->\t', text: inCdata };
  return `\ufeff<?xml version='1.0'?>\n<?pi odd?>${writeNode(root, style)}\n<!-- end -->\n`;
}

interface Style {
  readonly open: string;
  readonly space: string;
  readonly text: (text: string) => string;
}

function writeNode(node: XmlNode, style: Style): string {
  const name = style.open === '' ? node.name : `${style.open}:${node.name}`;
  const space = style.open === '' ? 'xmlns' : `xmlns:${style.open}`;
  const declared = `${space}="${escaped(node.ns)}"`;
  const attributes = Object.entries(node.attributes).map(
    ([key, value]) => ` ${key}='${escaped(value)}'`,
  );
  const children = node.children.map((child) => style.space + writeNode(child, style)).join('');
  const text = node.children.length > 0 ? '' : style.text(node.text);
  return `<${name} ${declared}${attributes.join('')}>${text}${children}</${name}>`;
}

function inCdata(text: string): string {
  return text === '' ? '' : `<![CDATA[${text.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"'\r\n\t]/g, (found) => `&#${String(found.charCodeAt(0))};`);
}
