import fastify from 'fastify';
import type { FastifyInstance, FastifyReply } from 'fastify';

/** What the HTTP side asks of the running process. */
export interface ServerState {
  /** What keeps it from working; empty = ready. Each a short name for whoever reads the answer of `/health/ready`. */
  problems(): Promise<readonly string[]>;
  metrics(): Promise<string>;
  readonly metricsType: string;
}

/**
 * The HTTP server: whether the process lives, whether it works, and what it counts.
 * It shows nothing of records and listens on 127.0.0.1 only.
 */
export function httpApp(state: ServerState): FastifyInstance {
  const app = fastify({ logger: false, forceCloseConnections: true, bodyLimit: 64 * 1024 });

  app.get('/health/live', async () => ({ status: 'ok' }));

  app.get('/health/ready', async (_request, reply) => {
    const problems = await state.problems();
    return answer(reply, problems);
  });

  app.get('/metrics', async (_request, reply) =>
    reply.type(state.metricsType).send(await state.metrics()),
  );

  return app;
}

function answer(reply: FastifyReply, problems: readonly string[]): FastifyReply {
  if (problems.length === 0) return reply.send({ status: 'ok' });
  return reply.code(503).send({ status: 'notReady', problems });
}

/** Starts listening on 127.0.0.1 and answers the address. */
export async function listenLocally(app: FastifyInstance, port: number): Promise<string> {
  return app.listen({ host: '127.0.0.1', port });
}
