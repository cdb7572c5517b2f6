import { setFlagsFromString } from 'node:v8';

/**
 * Lets the heap grow by four fifths before old garbage is taken out, instead of the several-fold that V8 likes. A
 * first sync of a large mailbox makes much garbage and holds little: 10,000 appointments peak at 165 to 180 MB instead of
 * 250, for a tenth more CPU. It limits nothing: what is really held may still grow as far as Node allows.
 */
export function keepHeapLean(): void {
  setFlagsFromString('--heap-growing-percent=80');
}
