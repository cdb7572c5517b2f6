import { ConnectorFailure, failed } from '../../sync/ports/failure.js';
import { Crash } from '../simulators/crash.js';
import type { Mishap } from './befell.js';
import type { Fault } from './script.js';

/** What one cycle meets: its calls are counted over all of its ports. */
export interface CallPlan {
  readonly fault: Fault | null;
  /** Called before each call; may let people edit. */
  readonly beforeCall: (call: number) => void;
  /** A write that takes effect by itself later. */
  readonly later: (write: () => Promise<unknown>) => void;
  /** Told of each write before it takes effect. */
  readonly beforeWrite: (name: string, entries: readonly unknown[]) => void;
  /** Told of what went wrong. */
  readonly befell: (mishap: Mishap) => void;
  /** Told how many entries of a write took effect. */
  readonly afterWrite: (name: string, done: number) => void;
  readonly trace: (line: string) => void;
}

const WRITES: ReadonlySet<string> = new Set(['create', 'update', 'remove', 'join']);
/** Only a call that leaves our process can be lost under way; the store is asked for its answer. */
const CAN_BE_LATE: ReadonlySet<string> = new Set(['erp', 'exchange']);

/** Counts calls, makes one of them fail as planned, and tells what was written. After a death every call dies. */
export class FaultyPorts {
  calls = 0;
  private isDead = false;
  private hasStruck = false;
  private readonly plan: CallPlan;

  constructor(plan: CallPlan) {
    this.plan = plan;
  }

  guard<T extends object>(name: string, port: T): T {
    return new Proxy(port, {
      get: (target, property, receiver) => {
        const member: unknown = Reflect.get(target, property, receiver);
        if (typeof member !== 'function' || typeof property !== 'string') return member;
        const run = async (parameters: readonly unknown[]): Promise<unknown> =>
          await (Reflect.apply(member, target, parameters) as Promise<unknown>);
        return async (...parameters: readonly unknown[]): Promise<unknown> =>
          await this.call({ port: name, method: property, parameters, run });
      },
    });
  }

  private async call(call: Call): Promise<unknown> {
    if (this.isDead) this.die('already dead');
    const number = (this.calls += 1);
    const name = `${call.port}.${call.method}`;
    this.plan.beforeCall(number);
    this.plan.trace(`  ${String(number)} ${name} ${sizesOf(call.parameters)}`);
    const { fault } = this.plan;
    if (fault === null || this.hasStruck || !strikes(fault, number, call)) {
      return await this.perform(call);
    }
    this.hasStruck = true;
    return await this.fail(fault, call);
  }

  private async perform(call: Call): Promise<unknown> {
    if (!isRemoteWrite(call)) return await call.run(call.parameters);
    const name = `${call.port}.${call.method}`;
    this.plan.beforeWrite(name, entriesOf(call));
    const answers = await call.run(call.parameters);
    this.plan.afterWrite(name, doneOf(answers));
    return answers;
  }

  private async fail({ how }: Fault, call: Call): Promise<unknown> {
    const isLate = isRemoteWrite(call);
    if (how === 'busy') return await this.throttle(call);
    if ((how === 'late' || how === 'lost') && isLate) {
      this.plan.later(async () => await this.perform(call));
    }
    if (how === 'lost') throw new ConnectorFailure('unreachable', 'No answer came.');
    const half = how === 'middle' ? firstHalfOf(call) : null;
    const isDone = how === 'after' || how === 'middle';
    if (isDone) await this.perform(half ?? call);
    if (half !== null) this.plan.befell('diedInMiddle');
    else if (isDone) this.plan.befell('diedAfter');
    else if (how === 'before') this.plan.befell('diedBefore');
    return this.die(`${how} the call`);
  }

  /** The whole server has enough, or in the middle of a batch the mailbox has. */
  private async throttle(call: Call): Promise<unknown> {
    const busy = new ConnectorFailure('busy', 'Too much at once.', { retryAfterMs: 5_000 });
    const entries = entriesOf(call);
    const isBatch = isRemoteWrite(call) || call.method === 'read';
    const half = isBatch ? halfOf(call, entries) : null;
    this.plan.befell(half === null ? 'throttled' : 'throttledInBatch');
    if (half === null) throw busy;
    const answers = await this.perform(half);
    const done: readonly unknown[] = Array.isArray(answers) ? answers : [];
    return entries.map((_, index) => done[index] ?? failed(busy));
  }

  private die(why: string): never {
    if (!this.isDead) this.plan.trace(`  died ${why}`);
    this.isDead = true;
    throw new Crash(why);
  }
}

interface Call {
  readonly port: string;
  readonly method: string;
  readonly parameters: readonly unknown[];
  readonly run: (parameters: readonly unknown[]) => Promise<unknown>;
}

function isRemoteWrite({ port, method }: Call): boolean {
  return CAN_BE_LATE.has(port) && WRITES.has(method);
}

/** Both ports take the entries of a write as their second parameter. */
function entriesOf({ parameters }: Call): readonly unknown[] {
  const entries = parameters[1];
  return Array.isArray(entries) ? entries : [];
}

function doneOf(answers: unknown): number {
  if (!Array.isArray(answers)) return 0;
  return answers.filter((answer: { readonly ok?: unknown }) => answer.ok === true).length;
}

/** A death that is sure comes at the latest with the last call of a cycle; what befalls writes waits for one. */
function strikes({ how, at, isSure }: Fault, number: number, call: Call): boolean {
  if (isSure === true && call.port === 'store' && call.method === 'advance') return true;
  switch (how) {
    case 'before':
    case 'after':
      return number === at;
    case 'busy':
      return number >= at && CAN_BE_LATE.has(call.port);
    case 'late':
    case 'lost':
      return number >= at / 3 && isRemoteWrite(call);
    case 'middle':
      return number >= at / 3 && firstHalfOf(call) !== null;
  }
}

/** Half of the entries; of a single series everything but its exceptions, which Exchange takes one by one. null = it has no middle. */
function firstHalfOf(call: Call): Call | null {
  if (!isRemoteWrite(call)) return null;
  const entries = entriesOf(call);
  const half = halfOf(call, entries);
  if (half !== null || call.port !== 'exchange') return half;
  const bare = bareSeries(entries[0]);
  return bare.length === 0 ? null : withEntries(call, bare);
}

function halfOf(call: Call, entries: readonly unknown[]): Call | null {
  if (entries.length < 2) return null;
  return withEntries(call, entries.slice(0, Math.ceil(entries.length / 2)));
}

function withEntries(call: Call, entries: readonly unknown[]): Call {
  return {
    ...call,
    parameters: call.parameters.map((one, index) => (index === 1 ? entries : one)),
  };
}

function bareSeries(entry: unknown): readonly unknown[] {
  const { patch } = (entry ?? {}) as { readonly patch?: { readonly exceptions?: unknown } | null };
  if (!Array.isArray(patch?.exceptions) || patch.exceptions.length === 0) return [];
  const bare = Object.entries(patch).filter(([name]) => name !== 'exceptions');
  return [{ ...(entry as object), patch: Object.fromEntries(bare) }];
}

function sizesOf(parameters: readonly unknown[]): string {
  return parameters
    .filter((one) => Array.isArray(one))
    .map((one) => String(one.length))
    .join(' ');
}
