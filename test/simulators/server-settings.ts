import { z } from 'zod';

/**
 * What the server does beside the mailboxes: its limits, and how it tells what happened. All can be changed
 * while it runs (`POST /control/settings`); numbers are counts unless their names say otherwise.
 */
export const SERVER_SETTINGS = z.strictObject({
  /** How often a stream that has nothing to tell says that it is alive. */
  keepAliveMs: z.int().min(1).default(45_000),
  /** `gathered`: several envelopes in one chunk; `split`: chunks that end within a tag and within a letter. */
  streamChunks: z.enum(['single', 'gathered', 'split']).default('single'),
  /** `withheld`: as behind a proxy that passes an answer on when it is complete. */
  streamDelivery: z.enum(['live', 'withheld']).default('live'),
  /** How long a streaming subscription is kept while nobody listens. */
  streamIdleMinutes: z.int().min(1).default(30),
  eventsPerAnswer: z.int().min(1).default(100),
  /** Every event is told twice. */
  duplicateEvents: z.boolean().default(false),
  /** Events are told that much later than they happen. */
  lateEventsMs: z.int().min(0).default(0),
  /** Fact 78: what a deletion is told as differs by version. */
  deletionEvents: z.enum(['2013', '2010']).default('2013'),
  /** How many events of a mailbox are remembered; whoever asks from further back has missed some. */
  rememberedEvents: z.int().min(1).default(20_000),
  /** Fact 82: how a subscription that is not there is refused. */
  lostSubscription: z
    .enum(['ErrorSubscriptionNotFound', 'ErrorInvalidSubscription'])
    .default('ErrorSubscriptionNotFound'),
  /** Fact 85, per budget: the impersonated mailbox, else the account. */
  streamsAtOnce: z.int().min(1).default(10),
  subscriptions: z.int().min(1).default(5000),
  subscriptionsPerStream: z.int().min(1).default(200),
  /** Fact 84: `insisted`: a subscription is known only where the cookie of its Subscribe leads. */
  affinity: z.enum(['ignored', 'insisted']).default('ignored'),
  /** Fact 87: what a missing or wrong X-AnchorMailbox does; `slow` takes `slowMs`, `refused` is a bare 500. */
  anchorMailbox: z.enum(['ignored', 'slow', 'refused']).default('ignored'),
  slowMs: z.int().min(0).default(3000),
  /** With TLS, an NTLM sign-in must be tied to the server's certificate. */
  extendedProtection: z.boolean().default(false),
  /** How long every request takes, by the machine's clock; so requests at the same time can be seen. */
  latencyMs: z.int().min(0).max(60_000).default(0),
  /** Facts 27, 92, per budget. */
  requestsAtOnce: z.int().min(1).default(27),
  syncCallsAtOnce: z.int().min(1).default(20),
  /** What comes before the end of a wait that was named: only counted, or answered busy for longer still. */
  tooEarly: z.enum(['counted', 'refused']).default('counted'),
  /** The most changes in one page of a feed, whatever was asked for. */
  changesPerPage: z.int().min(1).max(512).default(512),
  /** The most entries of a batch that are done; the rest answers ErrorBatchProcessingStopped. */
  entriesPerBatch: z.int().min(1).default(100_000),
});

export type ServerSettings = z.output<typeof SERVER_SETTINGS>;

/** The settings with what is given, else with what a server does by itself. */
export function serverSettings(given: Partial<ServerSettings> = {}): ServerSettings {
  return SERVER_SETTINGS.parse(given);
}
