import { randomBytes } from 'node:crypto';
import { constants, copyFile, link, mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { codeOf, databaseProblem } from './problem.js';

/**
 * The text of a file that only we may read; made with `newText()` when it is not there. Two processes that make it
 * at once read the same text, because it appears under its name complete and only once.
 */
export async function openKeyText(path: string, newText: () => string): Promise<string> {
  try {
    const text = await readIfThere(path);
    if (text !== null) return text;
    await create(path, newText());
    return (await readIfThere(path)) ?? '';
  } catch (error) {
    throw codeOf(error) === undefined || !(error instanceof Error) ? error : unusable(path, error);
  }
}

async function readIfThere(path: string): Promise<string | null> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  });
  if (text !== null) await refuseOpenFile(path);
  return text;
}

async function create(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync(); // what is encrypted with a key that a power cut takes away is lost
    await appear(draft, path);
  } finally {
    await file.close();
    await rm(draft, { force: true });
  }
}

/** Under its name at once and complete. If it is there already, another process was faster: then its file is the one. */
async function appear(draft: string, path: string): Promise<void> {
  try {
    await link(draft, path).catch(async (error: unknown) => {
      if (codeOf(error) === 'EEXIST') throw error;
      await copyFile(draft, path, constants.COPYFILE_EXCL); // a file system without links
    });
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
}

/** The group may read: services are often given their keys that way. On Windows the mode says nothing. */
async function refuseOpenFile(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const { mode } = await stat(path);
  if ((mode & 0o027) === 0) return;
  throw databaseProblem('forbidden', {
    de: `Die Schlüsseldatei ${path} ist für andere lesbar oder änderbar. Schließen Sie sie mit „chmod 600 ${path}“; wenn andere sie gelesen haben können, tauschen Sie die Schlüssel.`,
    en: `The key file ${path} can be read or changed by others. Close it with "chmod 600 ${path}"; if others may have read it, rotate the keys.`,
  });
}

function unusable(path: string, error: Error): Error {
  return databaseProblem(
    'forbidden',
    {
      de: `Die Schlüsseldatei ${path} kann nicht gelesen oder angelegt werden (${error.message}). Prüfen Sie die Rechte, oder nennen Sie mit ABGLEICH_KEY_FILE eine andere.`,
      en: `The key file ${path} cannot be read or made (${error.message}). Check the rights, or name another one with ABGLEICH_KEY_FILE.`,
    },
    error,
  );
}
