import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A server that listens. */
export interface Listening {
  /** `http://127.0.0.1:8090`, or with https. */
  readonly origin: string;
  readonly stop: () => Promise<void>;
}

/** What a server shows of itself, and what its clients must trust. */
export interface TlsIdentity {
  readonly key: Buffer;
  readonly cert: Buffer;
  /** The certificate in DER. */
  readonly certificate: Buffer;
  readonly caFile: string;
}

/** Serves on 127.0.0.1, with TLS where an identity is given. */
export async function listen(
  listener: RequestListener,
  { port, tls }: { readonly port: number; readonly tls: TlsIdentity | null },
): Promise<Listening> {
  const server = tls
    ? createTlsServer({ key: tls.key, cert: tls.cert }, listener)
    : createServer(listener);
  server.keepAliveTimeout = 65_000;
  server.requestTimeout = 0; // a stream is open for half an hour
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const bound = (server.address() as AddressInfo).port;
  return {
    origin: `${tls ? 'https' : 'http'}://127.0.0.1:${bound}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections(); // hanging requests would keep it open for ever
      }),
  };
}

/** Signed for localhost and 127.0.0.1 by the authority of test/fixtures/tls. */
export function trustedIdentity(): TlsIdentity {
  const folder = join(packageRoot(), 'test', 'fixtures', 'tls');
  const cert = readFileSync(join(folder, 'trusted.pem'));
  return {
    key: readFileSync(join(folder, 'server-key.pem')),
    cert,
    certificate: new X509Certificate(cert).raw,
    caFile: join(folder, 'authority.pem'),
  };
}

/** The same from the TypeScript source and from dist: fixtures are not built. */
function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    const above = dirname(folder);
    if (above === folder) throw new Error('no package.json above the simulators');
    folder = above;
  }
  return folder;
}
