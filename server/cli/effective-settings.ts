import { APPOINTMENT_FIELDS } from '../../mappings/appointment/fields.js';
import { keysOf } from '../../mappings/keys.js';
import type { Pair } from '../../sync/ports/pair.js';
import { DEFAULT_OPTIONS } from '../../sync/ports/pair.js';
import type { Abgleich, Connection } from '../wire.js';
import { CONNECTION_SETTINGS } from './connection-settings.js';
import { DIRECTION, MOMENT, YES_NO } from './setting.js';
import type { SettingLine } from './settings-text.js';
import { dashed, FIELD, fieldSetting, syncSettings } from './sync-settings.js';

type From = SettingLine['from'];

/** One level that may have chosen something. */
interface Layer {
  readonly from: From;
  readonly choices: object;
}

/** All settings of a connection as they count. */
export async function connectionLines(
  { connections }: Pick<Abgleich, 'connections'>,
  connection: Connection,
): Promise<readonly SettingLine[]> {
  const own = Object.entries(CONNECTION_SETTINGS).map(([key, setting]) => ({
    key,
    value: setting.show(connection),
    from: 'connection' as const,
  }));
  const { appointment } = await connections.directionsOf(connection.id);
  const direction: SettingLine = {
    key: 'direction',
    value: DIRECTION.show(appointment ?? 'both'),
    from: appointment === undefined ? 'default' : 'connection',
  };
  const chosen = layer('connection', Reflect.get(connection.options, 'sync'));
  return [...own, direction, ...optionLines([chosen], connection.zone)];
}

/** All settings of one pair as they count. */
export async function pairLines(
  { connections, pairs }: Pick<Abgleich, 'connections' | 'pairs'>,
  pair: Pair,
): Promise<readonly SettingLine[]> {
  const { id, kind, policy, connectionId } = pair;
  const own = await pairs.settingsOf(id);
  const [ofConnection, ofEmployee, ofPair] = await pairs.choicesOf(id);
  const { zone } = await connections.get(connectionId);
  const directions = await connections.directionsOf(connectionId);
  const wider: From = directions[kind] === undefined ? 'default' : 'connection';
  const line = (key: string, value: string, isOwn: boolean): SettingLine => {
    return { key, value, from: isOwn ? kind : 'default' };
  };
  const direction = DIRECTION.show(policy.direction);
  return [
    { key: 'direction', value: direction, from: own.direction === null ? wider : kind },
    line('delete-in-exchange', YES_NO.show(own.deleteInExchange), !own.deleteInExchange),
    line('delete-in-erp', YES_NO.show(own.deleteInErp), !own.deleteInErp),
    line('private', YES_NO.show(!own.leavePrivateOut), !own.leavePrivateOut),
    line('sync-start', MOMENT.show(own.syncStart), true),
    line('stock-from', own.stockFrom ?? 'none', own.stockFrom !== null),
    line('calendar', policy.options.calendar?.name ?? 'default', policy.options.calendar !== null),
    ...optionLines(
      [layer('connection', ofConnection), layer('employee', ofEmployee), layer(kind, ofPair)],
      zone,
    ),
  ];
}

function layer(from: From, choices: unknown): Layer {
  return { from, choices: typeof choices === 'object' && choices !== null ? choices : {} };
}

function optionLines(layers: readonly Layer[], zone: Connection['zone']): readonly SettingLine[] {
  const fields = keysOf(APPOINTMENT_FIELDS).map((field) => {
    const key = `${FIELD}${dashed(field)}`;
    return { key, setting: fieldSetting(key), usual: 'both' };
  });
  const options = Object.entries(syncSettings(zone)).map(([key, setting]) => ({
    key,
    setting,
    usual: at(DEFAULT_OPTIONS, setting.path),
  }));
  const isWorthALine = ({ key, value, from }: SettingLine): boolean =>
    !key.startsWith(FIELD) || from !== 'default' || value !== 'both';
  return [...options, ...fields]
    .map(({ key, setting, usual }) => {
      const by = layers.findLast(({ choices }) => at(choices, setting.path) !== undefined);
      const value = by === undefined ? usual : at(by.choices, setting.path);
      return { key, value: setting.show(value), from: by?.from ?? ('default' as const) };
    })
    .filter(isWorthALine);
}

function at(options: object, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (so, name) => (typeof so === 'object' && so !== null ? Reflect.get(so, name) : undefined),
      options,
    );
}
