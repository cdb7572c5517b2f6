import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { CycleReport } from '../sync/engine/cycle.js';
import type { Heard, ListeningState } from '../sync/ports/notifications.js';

/** What the server counts about itself, for Prometheus. No name of a person appears in a label. */
export interface Metrics {
  cycleEnded(result: CycleResult, seconds: number): void;
  cycleFailed(kind: string, side: string): void;
  wrote(report: CycleReport): void;
  ewsRequest(connection: string, operation: string): void;
  heard(connection: string, why: Heard['why']): void;
  listeningBrokeOff(connection: string, kind: string): void;
  /** How many mailboxes are listened to in which way; null = by another worker, or by none. */
  listening(connection: string, states: Readonly<Record<ListeningState, number>> | null): void;
  /** All of it in the text format of Prometheus. */
  text(): Promise<string>;
  readonly contentType: string;
}

export type CycleResult = 'done' | 'failed' | 'postponed' | 'calledOff' | 'leaseLost' | 'timedOut';

/** Fresh counters; each starts at zero. */
export function openMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const cycles = new Counter({
    name: 'abgleich_cycles_total',
    help: 'Cycles of pairs by how they ended.',
    labelNames: ['result'],
    registers,
  });
  const seconds = new Histogram({
    name: 'abgleich_cycle_seconds',
    help: 'How long cycles took.',
    buckets: [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000],
    registers,
  });
  const failures = new Counter({
    name: 'abgleich_failures_total',
    help: 'Cycles that failed, by kind of failure and by the side that it came from.',
    labelNames: ['kind', 'side'],
    registers,
  });
  const requests = new Counter({
    name: 'abgleich_ews_requests_total',
    help: 'Requests sent to Exchange.',
    labelNames: ['connection', 'operation'],
    registers,
  });
  const writes = new Counter({
    name: 'abgleich_writes_total',
    help: 'Records and items written, by side and by what was done.',
    labelNames: ['side', 'what'],
    registers,
  });
  const events = new Counter({
    name: 'abgleich_events_total',
    help: 'Conflicts, and records parked or held back.',
    labelNames: ['event'],
    registers,
  });
  const heard = new Counter({
    name: 'abgleich_notifications_total',
    help: 'Notifications from Exchange: events, and gaps after which a mailbox was looked at.',
    labelNames: ['connection', 'why'],
    registers,
  });
  const brokeOff = new Counter({
    name: 'abgleich_listening_failures_total',
    help: 'How often listening to Exchange broke off or was refused, by kind of failure.',
    labelNames: ['connection', 'kind'],
    registers,
  });
  const listening = new Gauge({
    name: 'abgleich_listened_mailboxes',
    help: 'Mailboxes that this worker listens to, by the way it does so.',
    labelNames: ['connection', 'state'],
    registers,
  });

  return {
    cycleEnded(result, took) {
      cycles.inc({ result });
      seconds.observe(took);
    },
    cycleFailed: (kind, side) => failures.inc({ kind, side }),
    wrote(report) {
      for (const what of ['created', 'updated', 'removed'] as const) {
        for (const side of ['erp', 'exchange'] as const) {
          writes.inc({ side, what }, report[what][side]);
        }
      }
      for (const event of ['conflicts', 'parked', 'held'] as const) {
        events.inc({ event }, report[event]);
      }
    },
    heard: (connection, why) => heard.inc({ connection, why }),
    listeningBrokeOff: (connection, kind) => brokeOff.inc({ connection, kind }),
    listening(connection, states) {
      for (const state of ['streaming', 'pulling', 'polling', 'denied'] as const) {
        listening.set({ connection, state }, states === null ? 0 : states[state]);
      }
    },
    ewsRequest: (connection, operation) => requests.inc({ connection, operation }),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
