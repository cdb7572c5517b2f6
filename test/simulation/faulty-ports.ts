import { ConnectorFailure } from '../../sync/ports/failure.js';
import { Crash } from '../simulators/crash.js';
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
    if (fault?.at === number) return await this.fail(fault.how, call);
    return await this.perform(call);
  }

  private async perform(call: Call): Promise<unknown> {
    if (!isWrite(call)) return await call.run(call.parameters);
    const name = `${call.port}.${call.method}`;
    this.plan.beforeWrite(name, entriesOf(call));
    const answers = await call.run(call.parameters);
    this.plan.afterWrite(name, doneOf(answers));
    return answers;
  }

  private async fail(how: Fault['how'], call: Call): Promise<unknown> {
    const isRemote = CAN_BE_LATE.has(call.port);
    const isLate = isRemote && isWrite(call);
    if (how === 'busy' && isRemote) {
      throw new ConnectorFailure('busy', 'Too much at once.', { retryAfterMs: 5_000 });
    }
    if ((how === 'late' || how === 'lost') && isLate) {
      this.plan.later(async () => await this.perform(call));
    }
    if (how === 'lost' && isRemote) throw new ConnectorFailure('unreachable', 'No answer came.');
    if (how === 'middle' && isLate) await this.perform(firstHalfOf(call));
    else if (how === 'after' || how === 'middle') await this.perform(call);
    return this.die(`${how} the call`);
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

function isWrite({ port, method }: Call): boolean {
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

function firstHalfOf(call: Call): Call {
  const entries = entriesOf(call);
  const half = entries.slice(0, Math.ceil(entries.length / 2));
  const parameters = call.parameters.map((one, index) => (index === 1 ? half : one));
  return { ...call, parameters };
}

function sizesOf(parameters: readonly unknown[]): string {
  return parameters
    .filter((one) => Array.isArray(one))
    .map((one) => String(one.length))
    .join(' ');
}
