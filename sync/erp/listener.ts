import type { Knex } from 'knex';

/** A connection that is held for as long as somebody listens on it. */
export interface Listener {
  query(sql: string): Promise<unknown>;
  /** Answers with the way to stop hearing. */
  onNotification(heard: () => void): () => void;
  /** The server or the network ended the connection. Answers with the way to stop hearing. */
  onLost(heard: () => void): () => void;
}

/** Takes a connection out of the pool for the time of `work`. */
export async function withListener<T>(
  db: Knex,
  work: (listener: Listener) => Promise<T>,
): Promise<T> {
  const pool = db.client as Pool; // knex types its own client as any
  const connection = await pool.acquireConnection();
  try {
    return await work(listenerOn(connection));
  } finally {
    await pool.releaseConnection(connection);
  }
}

interface Pool {
  acquireConnection(): Promise<PgConnection>;
  releaseConnection(connection: PgConnection): Promise<void>;
}

/** The part of a `pg` client that is used here. */
interface PgConnection {
  query(sql: string): Promise<unknown>;
  on(event: string, heard: () => void): unknown;
  removeListener(event: string, heard: () => void): unknown;
}

function listenerOn(connection: PgConnection): Listener {
  const hear = (events: readonly string[], heard: () => void): (() => void) => {
    for (const event of events) connection.on(event, heard);
    return () => {
      for (const event of events) connection.removeListener(event, heard);
    };
  };
  return {
    query: (sql) => connection.query(sql),
    onNotification: (heard) => hear(['notification'], heard),
    onLost: (heard) => hear(['error', 'end'], heard),
  };
}
