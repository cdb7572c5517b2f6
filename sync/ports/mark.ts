/**
 * The text that travels with every Exchange item of ours in the extended property `AbgleichKey`.
 *
 * `key` is the link's key. `attempt` counts how often we tried to make the item: the same key with another
 * attempt is our own twin (rule 8), the same key and attempt twice is a person's copy. `owner` names the pair:
 * a mark that leaked to an attendee's mailbox names a foreign one and is not ours (rules 8 and 14, evidence A 68).
 */
export interface Mark {
  readonly key: string;
  readonly attempt: number;
  readonly owner: string;
}

/** The attempt of an item that we are about to delete: among the deleted items it says that we put it there (rule 11). */
export const GOING = 0;

/** `key.attempt.owner`, all of it base64url characters and digits. */
export function formatMark(mark: Mark): string {
  return `${mark.key}.${mark.attempt}.${mark.owner}`;
}

/** null for a text that is not a mark of this form: the item is then treated as unmarked. */
export function parseMark(text: string | null): Mark | null {
  const parts = text === null ? null : MARK.exec(text);
  if (!parts) return null;
  const [, key = '', attempt = '', owner = ''] = parts;
  return { key, attempt: Number(attempt), owner };
}

const MARK = /^([\w-]{16,64})\.(\d{1,6})\.([\w-]{1,64})$/;
