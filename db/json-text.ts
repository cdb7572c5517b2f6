/**
 * JSON for a statement's parameter. PostgreSQL cannot hold the character NUL, nor half of a surrogate pair, and would
 * refuse a whole batch for one of them (a sentence that was cut in the middle of an emoji): both become U+FFFD.
 */
export function jsonText(value: unknown): string {
  const json = JSON.stringify(value);
  if (!json.includes('\\u')) return json; // neither of them appears in JSON without an escape
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'string' ? part.replace(UNSTORABLE, '\uFFFD') : part,
  );
}

const UNSTORABLE = /\0|\p{Surrogate}/gu;
