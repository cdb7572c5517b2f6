/**
 * A text as PowerShell takes it literally: in single quotes, those inside doubled. PowerShell reads the typographic ones as quotes,
 * too, and a line break would end the command for whoever pastes it.
 * https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_quoting_rules
 */
export function quoted(text: string): string {
  return `'${text.replaceAll(/\p{C}+/gu, ' ').replaceAll(/['‘’‚‛]/g, (quote) => quote + quote)}'`;
}

/** A list of texts, one a line. */
export function listOf(texts: readonly string[]): readonly string[] {
  const last = texts.length - 1;
  return ['@(', ...texts.map((text, at) => `  ${quoted(text)}${at === last ? '' : ','}`), ')'];
}

/** A name that Exchange takes for a group, a scope or an assignment: 64 characters, no space at its ends. */
export function nameWithin64(text: string): string {
  let name = '';
  for (const character of text.replaceAll(/\p{C}+/gu, ' ').trim()) {
    if (name.length + character.length > 64) break; // never half of a character beyond the first plane
    name += character;
  }
  return name.trim();
}
