/** What must be undone at the end, whatever happens in between. */
export class CleanUp {
  private readonly steps: (() => Promise<void>)[] = [];
  private readonly ending = new AbortController();

  /** Aborted as soon as the end begins: what was to be run to its end is called off. */
  get signal(): AbortSignal {
    return this.ending.signal;
  }

  /** Steps run in the reverse order of their adding. */
  add(step: () => Promise<void>): void {
    this.steps.push(step);
  }

  /** Runs all steps, also after one that fails. Called again, it runs those that were added meanwhile. */
  async run(): Promise<void> {
    this.ending.abort();
    for (let step = this.steps.pop(); step !== undefined; step = this.steps.pop()) {
      await step().catch((error: unknown) => {
        process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
      });
    }
  }
}
