import { EventEmitter, once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CleanUp } from '../demo/clean-up.js';
import { fragileWire } from './fragile-wire.js';
import type { FragileWire } from './fragile-wire.js';

/** A server that says everything again. */
let server: Server;
let heard: string[];
let ears: EventEmitter;
let wire: FragileWire;
let cleanUp: CleanUp;

beforeEach(async () => {
  heard = [];
  ears = new EventEmitter();
  cleanUp = new CleanUp();
  server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (data) => {
      heard.push(data.toString());
      ears.emit('heard');
      socket.write(data);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanUp.add(async () => {
    server.close();
    await once(server, 'close');
  });
  wire = await fragileWire((server.address() as AddressInfo).port, cleanUp);
});

afterEach(async () => await cleanUp.run());

async function call(): Promise<Socket> {
  const socket = connect(wire.port, '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

async function echo(socket: Socket, text: string): Promise<string> {
  socket.write(text);
  const [data] = (await once(socket, 'data')) as [Buffer];
  return data.toString();
}

test('what is said comes through, and comes back', async () => {
  const socket = await call();
  expect(await echo(socket, 'Grüße')).toBe('Grüße');
  socket.destroy();
});

test('a cut ends what is open, and the next connection comes through', async () => {
  const socket = await call();
  await echo(socket, 'a');
  const closed = once(socket, 'close');
  expect(wire.cut()).toBe(1);
  await closed;
  const next = await call();
  expect(await echo(next, 'b')).toBe('b');
  next.destroy();
});

test('nobody comes through a torn wire until it is mended', async () => {
  wire.tear();
  const refused = await call();
  await once(refused, 'close');
  expect(heard).toEqual([]);
  wire.mend();
  const socket = await call();
  expect(await echo(socket, 'a')).toBe('a');
  socket.destroy();
});

test('with its answers swallowed, the server hears and nobody hears the server', async () => {
  const socket = await call();
  await echo(socket, 'a');
  wire.swallowAnswers();
  let answers = 0;
  socket.on('data', () => (answers += 1));
  const both = call();
  socket.write('b');
  const other = await both;
  other.write('c');
  while (heard.length < 3) await once(ears, 'heard');
  expect(heard).toContain('b');
  expect(answers).toBe(0);
  socket.destroy();
  other.destroy();
});
