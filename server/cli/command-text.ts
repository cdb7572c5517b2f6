import type { CommandGroup } from '../check/command-group.js';
import type { Language } from './verb.js';

/** Commands for people, their purpose as a comment before them, so that the whole may be pasted. */
export function commandText(
  groups: readonly CommandGroup[],
  language: Language,
  indent = '',
): string[] {
  return groups.flatMap(({ title, lines }) =>
    [`# ${title[language]}`, ...lines].map((line) => indent + line),
  );
}
