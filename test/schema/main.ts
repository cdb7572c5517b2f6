import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { PYTHON, whatPythonLacks } from '../interop/python.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url)); // from dist/test/schema

const HELP = `Runs all tests and the interop clients, writes down every request and answer of the fake Exchange, and checks
them against Microsoft's schemas.

npm run test:schema -- [options]
  --recorded FOLDER   only checks what a run with ABGLEICH_RECORD_SOAP=FOLDER has written down

The schemas are those of the folder in ABGLEICH_EWS_XSD, else of ../shared/ews/xsd beside the project. Last line: JSON.
Exit codes: 0 all valid but for the exceptions in test/schema/exceptions.json, or no schemas here; 1 not valid.
`;

function main(args: readonly string[]): number {
  const { values } = parseArgs({
    args: [...args],
    options: { recorded: { type: 'string' }, help: { type: 'boolean' } },
  });
  if (values.help === true) return say(HELP, 0);
  const schemas = schemaFolder();
  if (schemas === null) {
    return say(
      "Nothing was checked: Microsoft's schemas are not on this machine. ABGLEICH_EWS_XSD can name their folder.\n",
      0,
    );
  }
  const lacking = whatPythonLacks('lxml');
  if (lacking !== null) return say(`Nothing was checked: ${lacking}\n`, 0);
  if (values.recorded !== undefined) return check(resolve(values.recorded), schemas);
  const folder = mkdtempSync(join(tmpdir(), 'abgleich-soap-'));
  try {
    return runAndCheck(folder, schemas);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function say(text: string, exitCode: number): number {
  process.stdout.write(text);
  return exitCode;
}

function schemaFolder(): string | null {
  const named = process.env['ABGLEICH_EWS_XSD'];
  const folder = named ?? resolve(ROOT, '../shared/ews/xsd');
  return existsSync(join(folder, 'exchange-se/ews-envelope.xsd')) ? folder : null;
}

/** A run that fails is worth no verdict. */
function runAndCheck(folder: string, schemas: string): number {
  const tests = [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--config',
    'test/style/vitest.config.js',
  ];
  for (const script of [tests, ['dist/test/interop/main.js']]) {
    const env = { ...process.env, ABGLEICH_RECORD_SOAP: folder };
    const { status } = spawnSync(process.execPath, script, { cwd: ROOT, env, stdio: 'inherit' });
    if (status !== 0) return say('Nothing was checked: the run itself failed.\n', 1);
  }
  return check(folder, schemas);
}

function check(folder: string, schemas: string): number {
  const here = join(ROOT, 'test/schema');
  const args = [join(here, 'check_schemas.py'), folder, schemas, join(here, 'exceptions.json')];
  return spawnSync(PYTHON, args, { stdio: 'inherit' }).status ?? 1;
}

process.exitCode = main(process.argv.slice(2));
