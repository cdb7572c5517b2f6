import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { test } from 'vitest';
import { projectFile } from '../../db/project-files.js';

test('a file of the project has the same path from the sources and from the built code', async () => {
  const path = projectFile('db/project-files.ts');
  assert.ok(existsSync(path));
  const built = pathToFileURL(projectFile('dist/db/project-files.js')).href;
  const module = (await import(built)) as { projectFile: typeof projectFile };
  assert.equal(module.projectFile('db/project-files.ts'), path);
  assert.equal(module.projectFile('package.json'), join(path, '..', '..', 'package.json'));
});
