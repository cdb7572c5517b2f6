import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { existsSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { databaseProblem } from '../problem.js';
import { projectFile } from '../project-files.js';
import { withdrawHolder } from './home.js';
import type { SupervisorAnswer, SupervisorJob } from './supervisor.js';

/** A server that runs, with someone who stops it. */
export type Supervised =
  | { readonly kind: 'ready'; readonly stop: () => Promise<void> }
  | { readonly kind: 'failed'; readonly log: string };

/**
 * Starts the supervisor and waits for its word. It does not keep this process alive: whoever ends without `stop`
 * ends the server too, because the pipe closes.
 */
export async function supervise(order: Omit<SupervisorJob, 'parent'>): Promise<Supervised> {
  const job: SupervisorJob = { ...order, parent: process.pid };
  const child = spawn(process.execPath, [supervisorFile(), JSON.stringify(job)], {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true, // Ctrl-C in a terminal reaches only us; we stop it when we are done with it
    windowsHide: true,
  });
  const exited = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const answer = await answerOf(child);
  if (answer.kind === 'failed') {
    await exited;
    return answer;
  }
  holdLoosely(child);
  return {
    kind: 'ready',
    async stop() {
      child.ref();
      await withdrawHolder(job.home.folder);
      child.stdin.end();
      await exited;
    },
  };
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

async function answerOf(child: Child): Promise<SupervisorAnswer> {
  let answer = '';
  let complaint = '';
  child.stdin.on('error', () => undefined); // it died; its closed output says so
  child.on('error', (error) => (complaint += error.message));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
  for await (const text of child.stdout.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
    answer += String(text);
    if (answer.endsWith('\n')) return JSON.parse(answer) as SupervisorAnswer;
  }
  return { kind: 'failed', log: complaint.trim() };
}

function holdLoosely(child: Child): void {
  child.unref();
  for (const pipe of [child.stdin, child.stdout, child.stderr]) {
    if (pipe instanceof Socket) pipe.unref();
  }
}

/** Always the built file: Node 20 cannot run the source. */
function supervisorFile(): string {
  const file = projectFile('dist/db/postgres/supervisor.js');
  if (!existsSync(file)) {
    throw databaseProblem('unreachable', {
      de: 'Abgleich ist noch nicht gebaut. Führen Sie „npm run build“ aus.',
      en: 'Abgleich has not been built yet. Run "npm run build".',
    });
  }
  return file;
}
