import { createWriteStream } from 'node:fs';

/** Takes what other processes say, a line each, behind what the file holds; null = it is thrown away. */
export function openLogFile(file: string | null): (text: string) => void {
  if (file === null) return () => undefined;
  const stream = createWriteStream(file, { flags: 'a' });
  return (text) => void stream.write(text.endsWith('\n') ? text : `${text}\n`);
}
