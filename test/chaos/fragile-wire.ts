import { once } from 'node:events';
import { createServer, connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import type { CleanUp } from '../demo/clean-up.js';

/** A way to a server that can be cut. */
export interface FragileWire {
  readonly port: number;
  /** Ends every connection that is open now, in the middle of whatever it carries; new ones may come at once. */
  cut(): number;
  /** Takes no new connections, and cuts those that are open, until `mend`. */
  tear(): number;
  mend(): void;
  /** Holds back what the server answers, so that requests take effect and nobody hears of it, until `mend`. */
  swallowAnswers(): void;
}

/** Listens on the loopback and passes everything on to a server there. */
export async function fragileWire(targetPort: number, cleanUp: CleanUp): Promise<FragileWire> {
  const open = new Set<Socket>();
  const state = { isTorn: false, isMute: false };
  const server = createServer((client) => {
    if (state.isTorn) return void client.destroy();
    const upstream = connect(targetPort, '127.0.0.1');
    join(client, upstream, open, state);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = (): number => {
    const count = Math.floor(open.size / 2);
    for (const socket of open) socket.destroy();
    return count;
  };
  cleanUp.add(async () => {
    cut();
    server.close();
    await once(server, 'close');
  });
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    tear() {
      state.isTorn = true;
      return cut();
    },
    mend() {
      if (state.isMute) cut(); // what was held back would come in pieces
      state.isTorn = false;
      state.isMute = false;
    },
    swallowAnswers() {
      state.isMute = true;
    },
  };
}

function join(
  client: Socket,
  upstream: Socket,
  open: Set<Socket>,
  state: { readonly isMute: boolean },
): void {
  const both = [client, upstream];
  for (const socket of both) {
    open.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => undefined); // the other end hears of it by the close
    socket.once('close', () => {
      open.delete(socket);
      for (const one of both) one.destroy();
    });
  }
  client.on('data', (data) => void upstream.write(data));
  upstream.on('data', (data) => {
    if (!state.isMute) client.write(data);
  });
}
