import pg from 'pg';

/** One connection of the demo's own. That the server goes away at the end is nothing to complain about. */
export async function openClient(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, application_name: 'abgleich-demo' });
  client.on('error', () => undefined); // a statement that is under way fails too, and that is what is reported
  await client.connect();
  return client;
}

/** Runs work on a connection of its own. */
export async function withClient<T>(
  url: string,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = await openClient(url);
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
