import { z } from 'zod';

/** What the bench asks its server process to do. */
export const ORDER = z.object({
  employeeId: z.string(),
  /** So many cycles; null = cycles until one finds nothing to do. */
  cycles: z.number().nullable(),
  /** Garbage of earlier orders is taken out first, so that the peak is this order's own. It throws compiled code away, too. */
  isFresh: z.boolean(),
});

export type Order = z.infer<typeof ORDER>;

/** What that cost. */
export const COST = z.object({
  cpuMs: z.number(),
  wallMs: z.number(),
  peakRssMb: z.number(),
  cycles: z.number(),
  created: z.number(),
  updated: z.number(),
});

export type Cost = z.infer<typeof COST>;

/** A message of the server process: it is ready, has done an order, or failed. */
export const MESSAGE = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready') }),
  z.object({ kind: z.literal('done'), cost: COST }),
  z.object({ kind: z.literal('failed'), why: z.string() }),
]);

export type Message = z.infer<typeof MESSAGE>;
