import type { PropertyName } from '../properties.js';

/**
 * One row per property of a class, in the order of the EWS schema (an answer must keep that order, and a
 * request is refused that does not). `property` is null for what the server works out by itself.
 */
export interface FieldRow {
  /** `calendar:Start`: how clients name it. */
  readonly uri: string;
  readonly element: string;
  readonly form: FieldForm;
  readonly property: PropertyName | null;
  /** `create`: only with a new item; `draft`: as long as the message was not sent. */
  readonly write: 'always' | 'create' | 'draft' | 'never';
  /** FindItem and SyncFolderItems leave out what is marked `getItemOnly` (facts 22, 29). */
  readonly getItemOnly: boolean;
  /** The smallest base shape that carries it; `named` = only when asked for by name (fact 33). */
  readonly shape: 'default' | 'all' | 'named';
  /** The allowed words of a choice, or of the keys of a dictionary. */
  readonly choices: readonly string[] | null;
  /** What a restriction on it does; `nothing` = it is accepted and never matches (EL). */
  readonly search: 'matches' | 'nothing' | 'refused';
}

export type FieldForm =
  | 'text'
  | 'boolean'
  | 'int'
  | 'double'
  | 'time'
  | 'strings'
  | 'choice'
  | 'body'
  | 'mailbox'
  | 'mailboxes'
  | 'attendees'
  | 'recurrence'
  | 'taskRecurrence'
  | 'zone'
  | 'dictionary'
  | 'members'
  | 'flag'
  | 'attachments'
  | 'computed';

type Options = Partial<
  Pick<FieldRow, 'write' | 'getItemOnly' | 'shape' | 'choices' | 'search'> & {
    readonly property: PropertyName;
  }
>;

/** A property that is stored, under the name of its element unless said otherwise. */
export function stored(uri: string, form: FieldForm, more: Options = {}): FieldRow {
  return row(uri, form, { property: elementOf(uri) as PropertyName, write: 'always', ...more });
}

/** A property that the server works out. */
export function computed(uri: string, more: Options = {}): FieldRow {
  return row(uri, 'computed', more);
}

function row(uri: string, form: FieldForm, more: Options): FieldRow {
  return {
    uri,
    element: elementOf(uri),
    form,
    property: more.property ?? null,
    write: more.write ?? 'never',
    getItemOnly: more.getItemOnly ?? false,
    shape: more.shape ?? 'all',
    choices: more.choices ?? null,
    search: more.search ?? 'matches',
  };
}

function elementOf(uri: string): string {
  return uri.slice(uri.indexOf(':') + 1);
}

export const GET_ONLY = { getItemOnly: true } as const;
export const DEFAULT = { shape: 'default' } as const;
export const NAMED = { shape: 'named' } as const;
export const READ_ONLY = { write: 'never' } as const;
export const UNSEARCHABLE = { search: 'refused' } as const;
export const NO_MATCH = { search: 'nothing' } as const;
