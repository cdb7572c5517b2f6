import type { Site } from './small-internet.js';

/** The web server of a company: every address is a page, and it asks for no sign-in. */
export const WEB_SITE: Site = (_request, response) => {
  response.writeHead(200, { 'content-type': 'text/html' });
  response.end('<!DOCTYPE html><html><body><p>Herzlich willkommen & mehr<br></body></html>');
};

/** What stands in a file of a web server that knows no such page. */
export const NOT_FOUND: Site = (_request, response) => {
  response.writeHead(404, { 'content-type': 'text/html' }).end('<html>404</html>');
};

/** Every request is sent elsewhere. */
export function redirecting(to: string, status = 302): Site {
  return (_request, response) => {
    response.writeHead(status, { location: to }).end();
  };
}

/** Asks for the sign-in, then gives the text, or the one for the path's ending. */
export function signedIn(texts: string | Readonly<Record<string, string>>, status = 200): Site {
  return ({ headers, url }, response) => {
    if (headers.authorization === undefined) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
      return;
    }
    const text = typeof texts === 'string' ? texts : texts[url.slice(-4)];
    if (text === undefined) response.writeHead(404).end();
    else response.writeHead(status, { 'content-type': 'text/xml; charset=utf-8' }).end(text);
  };
}

/** The answer of the SOAP service, around what it says about each mailbox. */
export function soapAnswer(...users: readonly string[]): string {
  const answers = users.map((user) => `<a:UserResponse>${user}</a:UserResponse>`).join('');
  return (
    `<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>` +
    `<a:GetUserSettingsResponseMessage xmlns:a="http://schemas.microsoft.com/exchange/2010/Autodiscover"><a:Response>` +
    `<a:ErrorCode>NoError</a:ErrorCode><a:UserResponses>${answers}</a:UserResponses>` +
    `</a:Response></a:GetUserSettingsResponseMessage></s:Body></s:Envelope>`
  );
}

/** Settings of one mailbox. */
export function soapSettings(settings: Readonly<Record<string, string>>): string {
  const written = Object.entries(settings).map(
    ([name, value]) =>
      `<a:UserSetting><a:Name>${name}</a:Name><a:Value>${value}</a:Value></a:UserSetting>`,
  );
  return `<a:ErrorCode>NoError</a:ErrorCode><a:UserSettings>${written.join('')}</a:UserSettings>`;
}

/** A code with what it points to. */
export function soapCode(code: string, target = ''): string {
  return `<a:ErrorCode>${code}</a:ErrorCode><a:RedirectTarget>${target}</a:RedirectTarget>`;
}

/** The answer of the older service, around what its account holds. */
export function poxAnswer(account: string): string {
  return (
    `<?xml version="1.0"?><Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006">` +
    `<Response xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a"><User><DisplayName>Anna</DisplayName></User>` +
    `<Account><AccountType>email</AccountType>${account}</Account></Response></Autodiscover>`
  );
}
