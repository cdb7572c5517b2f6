import type { PlainDate } from '../../mappings/values.js';
import type { ErpEmployee } from '../../sync/ports/erp.js';
import { machineChance, machineClock } from '../clock.js';
import { previewPairs } from '../preview.js';
import type { PairPreview, PairToPreview } from '../preview.js';
import type { Abgleich, SyncedEmployee } from '../wire.js';
import { findConnection } from './find-connection.js';
import { findInStaff } from './find-employee.js';
import type { Input } from './input.js';
import { previewText } from './preview-text.js';
import type { Outcome, Session, Verb } from './verb.js';

export const PREVIEW: Verb = {
  name: 'preview',
  does: {
    de: 'zeigt, was der nächste Abgleich tun würde, Feld für Feld, und tut nichts.',
    en: 'shows what the next sync would do, field by field, and does nothing.',
  },
  positionals: [],
  options: {
    employee: {
      value: 'ADDRESS|ID',
      help: {
        de: 'nur dieser Mitarbeiter; auch einer, der noch nicht abgeglichen wird.',
        en: 'only this employee; also one who is not synced yet.',
      },
    },
    all: {
      value: null,
      help: {
        de: 'auch alle, die noch nicht abgeglichen werden.',
        en: 'also all who are not synced yet.',
      },
    },
    connection: {
      value: 'NAME',
      help: {
        de: 'über welche Verbindung, für die, die noch nicht abgeglichen werden.',
        en: 'over which connection, for those who are not synced yet.',
      },
    },
    'stock-from': {
      value: 'DAY',
      help: {
        de: 'als würde auch übernommen, was an diesem Tag oder später endet.',
        en: 'as if what ends on this day or later were brought over as well.',
      },
    },
    'with-private': {
      value: null,
      help: {
        de: 'als würden auch private Termine abgeglichen.',
        en: 'as if private appointments were synced too.',
      },
    },
    limit: {
      value: 'N',
      help: {
        de: 'so viele Zeilen je Mitarbeiter (50); gezählt wird alles.',
        en: 'so many lines per employee (50); everything is counted.',
      },
    },
  },
  run: preview,
};

const MOST_ENTRIES = 100_000;

async function preview(input: Input, session: Session): Promise<Outcome> {
  const limit = input.whole('limit', { min: 0, max: MOST_ENTRIES }) ?? 50;
  const asked = {
    stockFrom: input.date('stock-from'),
    withPrivate: input.flag('with-private'),
  };
  const abgleich = await session.open();
  const chosen = await choose(input, { abgleich, session, asked });
  const results: PairPreview[] = [];
  const deps = { abgleich, clock: machineClock, chance: machineChance, limit };
  for await (const one of previewPairs(chosen.pairs, deps, session.stop)) results.push(one);
  const text = (language: 'de' | 'en'): string => previewText(results, chosen.nameOf, language);
  return {
    exit: results.some(({ problem }) => problem !== null) ? 1 : 0,
    json: results.map((one) => jsonOf(one, chosen.nameOf)),
    text: { de: text('de'), en: text('en') },
  };
}

interface Asked {
  readonly stockFrom: PlainDate | null;
  readonly withPrivate: boolean;
}

interface Chosen {
  readonly pairs: readonly PairToPreview[];
  readonly nameOf: ReadonlyMap<string, string>;
}

/** Whoever is synced, and, where they were asked for, those who would be. */
async function choose(
  input: Input,
  {
    abgleich,
    session,
    asked,
  }: { readonly abgleich: Abgleich; readonly session: Session; readonly asked: Asked },
): Promise<Chosen> {
  const staff = await abgleich.directory.employees(session.stop);
  const synced = (await abgleich.employees.list()).filter(({ isEnabled }) => isEnabled);
  const typed = input.text('employee');
  const wanted = typed === null ? null : findInStaff(staff, typed);
  const isWanted = ({ id }: Pick<ErpEmployee, 'id'>): boolean =>
    wanted === null || id === wanted.id;
  const pairs: PairToPreview[] = [];
  for (const employee of synced.filter(isWanted)) {
    for (const pair of await abgleich.pairs.list(employee.id)) {
      pairs.push({ pair: asIf(pair, asked), isFirst: false, isAnew: isOther(pair, asked) });
    }
  }
  const fresh = staff.filter((one) => isWanted(one) && isFresh(one, synced));
  if (wanted !== null || input.flag('all')) {
    pairs.push(...(await draftsOf(fresh, input.text('connection'), { abgleich, asked })));
  }
  const nameOf = new Map([...staff, ...synced].map(({ id, name }) => [id, name]));
  return { pairs: pairs.filter(({ pair }) => pair.policy.direction !== 'off'), nameOf };
}

/** Who has left, or has no mailbox, cannot be enabled either. */
function isFresh(
  { id, status, mailbox, email, login }: ErpEmployee,
  synced: readonly SyncedEmployee[],
): boolean {
  const hasMailbox = (mailbox ?? email ?? login) !== null;
  return status !== 'left' && hasMailbox && !synced.some((one) => one.id === id);
}

async function draftsOf(
  staff: readonly ErpEmployee[],
  connectionName: string | null,
  { abgleich, asked }: { readonly abgleich: Abgleich; readonly asked: Asked },
): Promise<readonly PairToPreview[]> {
  if (staff.length === 0) return [];
  const { id: connectionId } = await findConnection(abgleich, connectionName);
  const drafts: PairToPreview[] = [];
  for (const employee of staff) {
    const pairs = await abgleich.draftPairs({
      ...{ connectionId, employee, kinds: ['appointment'], stockFrom: asked.stockFrom },
      settings: { leavePrivateOut: !asked.withPrivate },
    });
    const known = await abgleich.pairs.list(employee.id);
    const isFirst = known.length === 0; // who was disabled goes on where they stopped
    drafts.push(...pairs.map((pair) => ({ pair, isFirst, isAnew: !isFirst })));
  }
  return drafts;
}

/** Another choice of what is brought over makes a pair read both sides from the beginning, as it would if it were set. */
function isOther({ policy }: PairToPreview['pair'], { stockFrom, withPrivate }: Asked): boolean {
  const isOtherStock = stockFrom !== null && stockFrom !== policy.stockFrom;
  return isOtherStock || (withPrivate && policy.leavePrivateOut);
}

function asIf(
  pair: PairToPreview['pair'],
  { stockFrom, withPrivate }: Asked,
): PairToPreview['pair'] {
  return {
    ...pair,
    policy: {
      ...pair.policy,
      stockFrom: stockFrom ?? pair.policy.stockFrom,
      leavePrivateOut: pair.policy.leavePrivateOut && !withPrivate,
    },
  };
}

function jsonOf(
  { pair, isFirst, counts, entries, problem }: PairPreview,
  nameOf: ReadonlyMap<string, string>,
) {
  const { employeeId, kind, mailbox } = pair;
  return {
    employee: employeeId,
    name: nameOf.get(employeeId) ?? employeeId,
    ...{ kind, mailbox: mailbox.address, isFirst, counts, entries, problem },
  };
}
