import type { ItemRef, ItemUpdate, Telling } from '../../ports/exchange.js';
import { failed, type Answer } from '../../ports/failure.js';
import { writeForwardMeeting } from './operations/forward-meeting.js';
import type { Ask } from './requests.js';
import { answersOf } from './response-messages.js';
import { orFailed } from './series-work.js';

/**
 * Sends entries of which nobody is told in batches, and each of the others in a request of its own: such a request is never
 * split and sent once more, so nobody is told twice. Answers per entry and in order.
 */
export async function quietlyOrNot<E extends { readonly tell?: Telling | undefined }, T>(
  entries: readonly E[],
  send: {
    quietly(entries: readonly E[]): Promise<readonly Answer<T>[]>;
    telling(entry: E): Promise<readonly Answer<T>[]>;
  },
): Promise<readonly Answer<T>[]> {
  if (entries.every(({ tell }) => tell !== 'everybody')) return send.quietly(entries);
  const answers = new Map<E, Answer<T>>();
  const quiet = entries.filter(({ tell }) => tell !== 'everybody');
  const sent = quiet.length === 0 ? [] : await orFailed(quiet.length, send.quietly(quiet));
  quiet.forEach((entry, at) => {
    const answer = sent[at];
    if (answer !== undefined) answers.set(entry, answer);
  });
  for (const entry of entries) {
    if (entry.tell !== 'everybody') continue;
    const [answer] = await orFailed(1, send.telling(entry));
    if (answer !== undefined) answers.set(entry, answer);
  }
  return entries.flatMap((entry) => answers.get(entry) ?? []);
}

/** Sends the invitation to those who have just come onto a list, and to nobody else. */
export async function inviteNewcomers(
  ask: Ask,
  entries: readonly ItemUpdate<unknown>[],
  answers: readonly Answer<ItemRef>[],
): Promise<readonly Answer<ItemRef>[]> {
  const after = [...answers];
  for (const [at, answer] of answers.entries()) {
    const tell = entries[at]?.tell;
    if (!answer.ok || typeof tell !== 'object' || tell.only.length === 0) continue;
    const request = writeForwardMeeting(answer.value, tell.only);
    const [sent] = await orFailed(1, forward(ask, request));
    if (sent?.ok === false) after[at] = failed(sent.failure);
  }
  return after;
}

async function forward(
  ask: Ask,
  request: ReturnType<typeof writeForwardMeeting>,
): Promise<readonly Answer<null>[]> {
  return answersOf(await ask('CreateItem', request), 1, () => null);
}
