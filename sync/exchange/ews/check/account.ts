import type { Sentence } from '../../../ports/failure.js';
import type { OauthApplication } from '../oauth-application.js';

/** Who signs in, as far as a check has to know. */
export type Account =
  | { readonly by: 'basic' | 'ntlm'; readonly user: string }
  | { readonly by: 'oauth'; readonly application: OauthApplication };

/** The account as a person knows it. */
export function nameOf(account: Account): Sentence {
  if (account.by !== 'oauth') {
    return { de: `das Dienstkonto ${account.user}`, en: `the service account ${account.user}` };
  }
  const { clientId } = account.application;
  return { de: `die Anwendung ${clientId}`, en: `the application ${clientId}` };
}
