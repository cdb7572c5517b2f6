/** What a mutant takes away the protection of. The rules are those of the design, by number. */
export type Protection =
  | `rule ${number}`
  | 'read-back'
  | 'tombstone'
  | 'key'
  | 'guard'
  | 'mail flag'
  | 'snapshot position'
  | 'fencing'
  | 'watermark order'
  | 'private filter'
  | 'direction';

/** One safety line taken out. */
export interface Mutant {
  /** What the sync does wrong with it, in a few words. */
  readonly name: string;
  readonly protects: readonly Protection[];
  /** From the project's root. */
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly find: string;
  readonly replace: string;
  /** Which tests must notice: files or folders from the project's root. */
  readonly tests: readonly string[];
}

/** What the project cannot do without a line for. */
export const PROTECTIONS: readonly Protection[] = [
  ...Array.from({ length: 22 }, (_, index): Protection => `rule ${index + 1}`),
  'read-back',
  'tombstone',
  'key',
  'guard',
  'mail flag',
  'snapshot position',
  'fencing',
  'watermark order',
  'private filter',
  'direction',
];
