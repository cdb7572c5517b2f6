import { Client, type Pool } from 'undici';
import { accountEnvelope, accountHeaders } from './account-envelope.js';
import { writeFolderProbe } from './folder-probe.js';
import { within, type Limits } from '../within.js';

/**
 * The ways of signing in that a server offers to whoever comes without one, as `Basic` and `NTLM`; empty where it does not say.
 * The request carries no name and no password, and is not executed.
 */
export async function offeredSchemes(
  url: URL,
  options: Pool.Options,
  limits: Limits,
): Promise<readonly string[]> {
  const client = new Client(url.origin, options);
  try {
    return await within(limits, async (signal) => {
      const response = await client.request({
        ...{ method: 'POST', path: url.pathname + url.search, signal },
        headers: accountHeaders(),
        body: accountEnvelope(writeFolderProbe(['inbox'])),
      });
      await response.body.dump().catch(() => undefined);
      return schemesIn([response.headers['www-authenticate'] ?? []].flat());
    });
  } catch {
    return []; // it only explains a refusal that is known
  } finally {
    await client.destroy();
  }
}

/** The schemes of `WWW-Authenticate` headers, each once; several may share one header (RFC 9110, section 11.6.1). */
export function schemesIn(headers: readonly string[]): readonly string[] {
  const schemes = headers.flatMap((header) =>
    header
      .replaceAll(/"(?:[^"\\]|\\.)*"/g, '""')
      .split(',')
      .map((part) => /^\s*([A-Za-z][\w-]*)(?:\s+[^\s=].*)?\s*$/.exec(part)?.[1] ?? '')
      .filter((scheme) => scheme !== ''),
  );
  const unique = new Map(schemes.map((scheme) => [scheme.toLowerCase(), scheme]));
  return [...unique.values()];
}
