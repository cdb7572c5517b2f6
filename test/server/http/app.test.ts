import { describe, expect, test } from 'vitest';
import { httpApp } from '../../../server/http/app.js';

const app = (problems: readonly string[]) =>
  httpApp({
    problems: async () => problems,
    metrics: async () => 'abgleich_cycles_total 1\n',
    metricsType: 'text/plain; version=0.0.4; charset=utf-8',
  });

describe('the HTTP side', () => {
  test('says that the process lives, whatever else is wrong', async () => {
    const response = await app(['database']).inject('/health/live');
    expect(response.statusCode).toBe(200);
    expect(response.json()).toEqual({ status: 'ok' });
  });

  test('is ready when nothing is in the way', async () => {
    const response = await app([]).inject('/health/ready');
    expect(response.statusCode).toBe(200);
  });

  test('names what is in the way of being ready', async () => {
    const response = await app(['database', 'worker']).inject('/health/ready');
    expect(response.statusCode).toBe(503);
    expect(response.json()).toEqual({ status: 'notReady', problems: ['database', 'worker'] });
  });

  test('shows the counters in the format of Prometheus', async () => {
    const response = await app([]).inject('/metrics');
    expect(response.headers['content-type']).toContain('text/plain');
    expect(response.body).toBe('abgleich_cycles_total 1\n');
  });
});
