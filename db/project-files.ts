import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The absolute path of something that lies in the project, as `projectFile('db/migrations')`. It is
 * the same from the built code and from the sources, because it is looked for from the package's root.
 * Whether it exists is the caller's question.
 */
export function projectFile(path: string): string {
  return join(packageRoot(), ...path.split('/'));
}

function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    const above = dirname(folder);
    if (above === folder) throw new Error('no package.json above the code');
    folder = above;
  }
  return folder;
}
