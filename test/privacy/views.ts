import type { StillInstallation } from './still-installation.js';

/**
 * What an administrator can be shown of everything, in both languages, by the words that were typed. "Why?" is asked for every
 * id of both sides, private ones included, in one of the two.
 */
export async function lookEverywhere(it: StillInstallation): Promise<readonly string[]> {
  const seen: string[] = [];
  for (const language of ['de', 'en']) {
    for (const args of LISTS) seen.push(await shown(it, [...args, '--language', language]));
  }
  for (const [at, id] of (await idsOf(it)).entries()) {
    seen.push(await shown(it, ['why', id, '--language', at % 2 === 0 ? 'de' : 'en']));
  }
  return seen;
}

/** What the next cycle would do, as it is shown now. */
export async function foresee(it: StillInstallation): Promise<string> {
  return shown(it, ['preview', '--all', '--limit', '1000', '--language', 'de']);
}

async function shown(it: StillInstallation, args: readonly string[]): Promise<string> {
  const { exit, stdout, stderr } = await it.run(args);
  return `$ ${args.join(' ')}\n${stdout}${stderr}(${String(exit)})`;
}

const LISTS: readonly (readonly string[])[] = [
  ['preview', '--limit', '1000'],
  ['preview', '--all', '--limit', '1000'],
  ['journal', '--limit', '1000'],
  ['conflicts', 'list'],
  ['undo', 'list', '--limit', '1000'],
  ['held', 'list'],
  ['frozen', 'list'],
  ['employees', 'list'],
  ['connections', 'list'],
  ['repair', 'status'],
  ['erp', 'check'],
];

async function idsOf({ erp, exchange }: StillInstallation): Promise<readonly string[]> {
  const { rows } = await erp.query<{ id: string }>(
    'select id from erp.appointments union select record_id from erp.tombstones order by 1',
  );
  const items = exchange.organisation.mailboxes.flatMap((mailbox) =>
    ['calendar', 'deleteditems'].flatMap((name) => [...mailbox.folder(name).items.values()]),
  );
  const itemIds = items.flatMap(({ id, properties }) => [id, properties.UID ?? id]);
  return [...new Set([...rows.map(({ id }) => id), ...itemIds])];
}
