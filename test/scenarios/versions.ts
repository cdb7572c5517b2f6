import { APPOINTMENT } from '../../mappings/appointment/kind.js';
import type { Canonical } from '../../mappings/kind.js';
import { CONTEXT } from '../mappings/sides.js';
import { memoryExchange } from '../simulators/memory-exchange.js';
import { itemOf, memoryOf, recordOf } from './hands.js';
import type { World } from './world.js';

/** When something takes place, as one side shows it: equal texts say the same. */
export interface Times {
  readonly when: string;
  readonly series: string;
  readonly exceptions: Canonical[string];
}

/** What both sides show of the only appointment there is. */
export async function timesOf(
  world: World,
): Promise<{ readonly erp: Times; readonly exchange: Times }> {
  const { mailbox } = world.pair('anna');
  const port = memoryExchange(world.organisation);
  const [answer] = await port.read(mailbox, [itemOf(world).id], new AbortController().signal);
  if (answer?.ok !== true) throw new Error('the item cannot be read');
  const record = APPOINTMENT.fromErp(recordOf(world).record, CONTEXT);
  const item = APPOINTMENT.fromExchange(answer.value.item, CONTEXT);
  return {
    erp: times(APPOINTMENT.canonical(record)),
    exchange: times(APPOINTMENT.canonical(item)),
  };
}

function times({ when, series, exceptions = {} }: Canonical): Times {
  const text = (field: typeof when): string => (typeof field === 'string' ? field : '');
  return { when: text(when), series: text(series), exceptions };
}

/** The same, each as one text. */
export async function versionsOf(
  world: World,
): Promise<{ readonly erp: string; readonly exchange: string }> {
  const { erp, exchange } = await timesOf(world);
  return { erp: JSON.stringify(erp), exchange: JSON.stringify(exchange) };
}

/** Which fields of Anna's lost a conflict, each as often as it is in the journal. */
export function lostFields(world: World): readonly string[] {
  return memoryOf(world)
    .lostValues.map(({ field }) => field)
    .sort();
}
