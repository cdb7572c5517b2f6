/** Lets everything run that waits for nothing but its turn. */
export async function nextTurn(): Promise<void> {
  await new Promise<void>((resolve) => {
    setImmediate(resolve);
  });
}

/** Lets turns pass until the claim holds; a claim that never does is a failure. */
export async function until(claim: () => boolean): Promise<void> {
  for (let turns = 0; !claim(); turns++) {
    if (turns > 1_000) throw new Error(`never came true: ${claim.toString()}`);
    await nextTurn();
  }
}
