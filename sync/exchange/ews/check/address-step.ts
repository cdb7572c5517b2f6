import type { Socket } from 'node:net';
import type { CheckFault } from '../../../ports/connection-check.js';
import type { ConnectorFailure, Sentence } from '../../../ports/failure.js';
import { proxyFailure } from '../proxy.js';
import { openSocket, openTcp, hostOf, portOf, type Route } from '../open-socket.js';
import { failed, faultOf, passed, warned, type StepFinding } from './steps.js';
import { within, type Limits } from '../within.js';

export interface Reached {
  readonly finding: StepFinding;
  /** Opens a connection of the kind that worked. Fails as Node does. */
  readonly open: (signal: AbortSignal) => Promise<Socket>;
}

/** Connects to every address of a server; one that answers is enough, and those that do not are named. */
export async function reachAddresses(
  addresses: readonly string[],
  port: number,
  limits: Limits,
): Promise<Reached> {
  const tried = await Promise.all(
    addresses.map(async (address) => ({ address, fault: await tryAddress(address, port, limits) })),
  );
  const faults = tried.flatMap(({ fault }) => fault ?? []);
  const [answering] = tried.filter(({ fault }) => fault === null);
  const first = answering?.address ?? addresses[0] ?? '';
  const open = (signal: AbortSignal): Promise<Socket> => openTcp(first, port, signal);
  if (answering === undefined) return { finding: failed(faults), open };
  const result = answers(first, port);
  return { finding: faults.length > 0 ? warned(faults, result) : passed(result), open };
}

/** Connects to the server through its proxy, which resolves the name by itself. */
export async function reachByProxy(
  route: Route & { readonly proxy: NonNullable<Route['proxy']> },
  limits: Limits,
): Promise<Reached> {
  const open = (signal: AbortSignal): Promise<Socket> => openSocket(route, signal);
  const where = `${hostOf(route.proxy.url)}:${portOf(route.proxy.url)}`;
  try {
    (await within(limits, open)).destroy();
    return { finding: passed(answersByProxy(route, where)), open };
  } catch (error) {
    const failure = proxyFailure(error);
    return { finding: failed([faultOf(failure, notByProxy(failure, where))]), open };
  }
}

async function tryAddress(
  address: string,
  port: number,
  limits: Limits,
): Promise<CheckFault | null> {
  try {
    const socket = await within(limits, (signal) => openTcp(address, port, signal));
    socket.destroy();
    return null;
  } catch (error) {
    return silent(codeOf(error), address, port);
  }
}

function codeOf(error: unknown): string {
  if (typeof error === 'string') return error; // what `within` says
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}

function answers(address: string, port: number): Sentence {
  return { de: `${address} antwortet an Port ${port}`, en: `${address} answers at port ${port}` };
}

function answersByProxy({ host, port }: Route, proxy: string): Sentence {
  return {
    de: `${host} antwortet an Port ${port}, über den Proxy ${proxy}`,
    en: `${host} answers at port ${port}, through the proxy ${proxy}`,
  };
}

function notByProxy({ code, kind }: ConnectorFailure, proxy: string): Sentence {
  return {
    de: `Über den Proxy ${proxy} kommt keine Verbindung zustande (${code ?? kind})`,
    en: `No connection comes about by the proxy ${proxy} (${code ?? kind})`,
  };
}

function silent(code: string, address: string, port: number): CheckFault {
  const where = `${address}:${port}`;
  const isRefused = code === 'ECONNREFUSED';
  return {
    kind: 'unreachable',
    code,
    cause: isRefused
      ? { de: `An ${where} lauscht niemand (${code})`, en: `Nobody listens at ${where} (${code})` }
      : { de: `${where} antwortet nicht (${code})`, en: `${where} does not answer (${code})` },
    remedy: isRefused ? REFUSED : NO_WAY,
  };
}

const REFUSED: Sentence = {
  de: 'Den Port in der Adresse prüfen (üblich ist 443) und ob der Webdienst (IIS) des Exchange-Servers läuft.',
  en: 'Check the port in the address (usually 443), and whether the web service (IIS) of the Exchange server is running.',
};

const NO_WAY: Sentence = {
  de: 'Prüfen, ob der Server läuft und ob eine Firewall zwischen diesem Rechner und ihm diesen Port freigibt. Führt der Weg nur über einen Proxy, ihn bei der Verbindung eintragen (--proxy).',
  en: 'Check whether the server is running, and whether a firewall between this machine and it lets this port through. If the only way is by a proxy, enter it at the connection (--proxy).',
};
