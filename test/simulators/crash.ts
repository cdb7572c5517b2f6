/** The process died here. Nothing that comes after it in the cycle has happened. */
export class Crash extends Error {
  override readonly name = 'Crash';
}

/** When to die: at the `at`-th call (counted from 1) of any guarded port, before it takes effect or after. */
export interface CrashPlan {
  readonly at: number;
  readonly when: 'before' | 'after';
}

/** Counts the calls of all ports it guards, and dies once as planned; then every further call dies too, as a dead process would. */
export class CrashPoint {
  calls = 0;
  private readonly plan: CrashPlan | null;
  private isDead = false;

  constructor(plan: CrashPlan | null) {
    this.plan = plan;
  }

  get hasDied(): boolean {
    return this.isDead;
  }

  /** The same port, whose every method may be the one at which the process dies. */
  guard<T extends object>(port: T): T {
    return new Proxy(port, {
      get: (target, name, receiver) => {
        const member: unknown = Reflect.get(target, name, receiver);
        // a measured number, which is asked of nobody
        if (typeof member !== 'function' || name === 'clockOffsetMs') return member;
        return async (...parameters: readonly unknown[]): Promise<unknown> => {
          this.dieIf('before', (this.calls += 1));
          const call = this.calls;
          const answer: unknown = await Reflect.apply(member, target, parameters);
          this.dieIf('after', call);
          return answer;
        };
      },
    });
  }

  private dieIf(when: CrashPlan['when'], call: number): void {
    if (this.plan?.at === call && this.plan.when === when) this.isDead = true;
    if (this.isDead) throw new Crash(`died ${when} call ${String(call)}`);
  }
}
