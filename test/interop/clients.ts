import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PYTHON, whatPythonLacks } from './python.js';

/** The project's folder, from dist/test/interop. */
export const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** An EWS client by other authors, with the script of ours that drives it. */
export interface Client {
  readonly name: string;
  /** Program and arguments; it reads the simulator's first line and prints one JSON line for each step. */
  readonly command: readonly [string, ...string[]];
  /** What has to be installed first, in a sentence; null = nothing. */
  readonly lacks: () => string | null;
  /** The simulator's options under which one step is tried again: what differs is the connection. */
  readonly otherServers: readonly (readonly string[])[];
  /** The environment in which it trusts an authority of that file. */
  readonly trusting: (caFile: string) => Readonly<Record<string, string>>;
}

export const CLIENTS: readonly Client[] = [
  {
    name: 'ews-javascript-api',
    command: [process.execPath, join(ROOT, 'dist/test/interop/ews-javascript-api/main.js')],
    lacks: () => null,
    otherServers: [['--tls']],
    trusting: (caFile) => ({ NODE_EXTRA_CA_CERTS: caFile }),
  },
  {
    name: 'exchangelib',
    command: [PYTHON, '-B', join(ROOT, 'test/interop/exchangelib_client/main.py')],
    lacks: () => whatPythonLacks('exchangelib'),
    otherServers: [['--tls'], ['--auth', 'ntlm'], ['--server', '2013'], ['--server', '2016']],
    trusting: (caFile) => ({ REQUESTS_CA_BUNDLE: caFile }),
  },
];
