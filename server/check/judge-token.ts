import type { TokenFacts } from '../../sync/ports/connection-check.js';
import type { Sentence } from '../../sync/ports/failure.js';

export interface TokenProblem {
  /** False where it may work all the same. */
  readonly isFault: boolean;
  readonly sentence: Sentence;
}

/** What a person should know about a token before relying on it; null = nothing. */
export function judgeToken({ isReadable, audience, roles }: TokenFacts): TokenProblem | null {
  if (!isReadable) return null;
  if (audience !== null && isOther(audience)) {
    return { isFault: true, sentence: otherService(audience) };
  }
  return roles.includes('full_access_as_app') ? null : { isFault: false, sentence: noRole(roles) };
}

/** Only these are known to be wrong: a server of one's own may be registered under any name. */
function isOther(audience: string): boolean {
  return OTHERS.some((other) => audience.toLowerCase().startsWith(other));
}

const OTHERS = [
  'https://graph.microsoft.com',
  '00000003-0000-0000-c000-000000000000', // the same, by its id
  'https://management.azure.com',
  'https://graph.windows.net',
];

function otherService(audience: string): Sentence {
  return {
    de: `Das Token gilt für ${audience}, nicht für Exchange. Den Geltungsbereich berichtigen: für Exchange Online ist es https://outlook.office365.com/.default (--scope).`,
    en: `The token is for ${audience}, not for Exchange. Correct the scope: for Exchange Online it is https://outlook.office365.com/.default (--scope).`,
  };
}

function noRole(roles: readonly string[]): Sentence {
  const only = roles.includes('Exchange.ManageAsApp');
  return {
    de: `Die Berechtigung full_access_as_app (Office 365 Exchange Online) steht nicht im Token${only ? '; Exchange.ManageAsApp ist nur für die Verwaltung und öffnet keine Postfächer' : ''}. Das genügt, wenn die Anwendung in Exchange Online die Rolle „Application EWS.AccessAsApp“ hat („abgleich connections commands“ zeigt, wie); sonst sie in Entra ID unter API-Berechtigungen hinzufügen und „Administratorzustimmung erteilen“ wählen.`,
    en: `The permission full_access_as_app (Office 365 Exchange Online) is not in the token${only ? '; Exchange.ManageAsApp is for administration only and opens no mailboxes' : ''}. That will do if the application has the role "Application EWS.AccessAsApp" in Exchange Online ("abgleich connections commands" shows how); otherwise add it under API permissions in Entra ID and choose "Grant admin consent".`,
  };
}
