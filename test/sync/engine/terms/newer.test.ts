import { describe, expect, test } from 'vitest';
import type { AppointmentShapes } from '../../../../mappings/appointment/shapes.js';
import { parseInstant } from '../../../../mappings/values.js';
import { newerSide } from '../../../../sync/engine/terms/newer.js';
import type { PairWork } from '../../../../sync/engine/pair-work.js';

type Ports = Pick<PairWork<AppointmentShapes>, 'erp' | 'exchange'>;

/** Ports of servers whose clocks are ahead by so many seconds; null = not measured. */
function ahead(erp: number | null, exchange: number | null): Ports {
  const clockOf = (seconds: number | null) => ({
    clockOffsetMs: () => (seconds === null ? null : seconds * 1000),
  });
  return { erp: clockOf(erp), exchange: clockOf(exchange) } as unknown as Ports;
}

const TEN = parseInstant('2026-03-02T10:00:00Z');
const at = (time: string) => parseInstant(`2026-03-02T${time}Z`);

describe('which side was changed later', () => {
  test.each([
    ['Exchange, three minutes later', ahead(0, 0), at('10:03:00'), 'exchange'],
    ['not sure within two minutes', ahead(0, 0), at('10:02:00'), 'erp'],
    ['the ERP', ahead(0, 0), at('09:00:00'), 'erp'],
    ['Exchange’s clock runs ahead: it was earlier', ahead(0, 600), at('10:09:00'), 'erp'],
    ['Exchange’s clock is behind: it was later', ahead(0, -600), at('09:53:00'), 'exchange'],
    ['the ERP’s clock runs ahead', ahead(600, 0), at('09:53:00'), 'exchange'],
    ['the ERP’s clock is behind', ahead(-600, 0), at('10:09:00'), 'erp'],
    ['Exchange does not say', ahead(0, 0), null, 'erp'],
    ['a clock that was not measured', ahead(0, null), at('12:00:00'), 'erp'],
    ['the other one that was not measured', ahead(null, 0), at('12:00:00'), 'erp'],
  ])('%s', (_name, ports, lastModified, side) => {
    expect(newerSide(ports, TEN, lastModified)).toBe(side);
  });

  test('ports that do not measure have our clock', () => {
    const ports = { erp: {}, exchange: {} } as unknown as Ports;
    expect(newerSide(ports, TEN, at('10:03:00'))).toBe('exchange');
  });
});
