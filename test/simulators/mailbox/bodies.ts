import type { Body } from './properties.js';

/** What Exchange makes of a body on the way in, and what it hands back on the way out (evidence B 7d). */

/** The body as it is stored: HTML gets a meta charset, the lines of a text end in CRLF; an empty one stays empty. */
export function storedBody(body: Body): Body {
  if (body.Value === '') return { BodyType: 'Text', Value: '' };
  if (body.BodyType === 'HTML') return { BodyType: 'HTML', Value: wrapHtml(body.Value) };
  const lines = body.Value.replace(/\r\n|\r|\n/g, '\r\n');
  return { BodyType: 'Text', Value: lines };
}

/** Mode `textBodies`: whether a text is handed out as it was sent, or ends in a line break. */
export function handedOut(body: Body, mode: 'asSent' | 'endInBreak'): Body {
  const isBare = body.BodyType === 'Text' && body.Value !== '' && !body.Value.endsWith('\r\n');
  return isBare && mode === 'endInBreak' ? { ...body, Value: `${body.Value}\r\n` } : body;
}

/** The body in the form a client asked for; `Best` is the stored form. */
export function bodyAs(body: Body, wanted: 'Best' | 'HTML' | 'Text'): Body {
  if (body.Value === '') return body;
  if (wanted === 'Best' || wanted === body.BodyType) return body;
  if (wanted === 'Text') return { BodyType: 'Text', Value: textOfHtml(body.Value) };
  return { BodyType: 'HTML', Value: htmlOfText(body.Value) };
}

const CHARSET = '<meta http-equiv="Content-Type" content="text/html; charset=utf-8">';

function wrapHtml(html: string): string {
  if (html.includes(CHARSET)) return html;
  const lines = html.replace(/\r\n|\r|\n/g, '\r\n');
  const [, inner] = /<body[^>]*>([\s\S]*)<\/body>/i.exec(lines) ?? [null, lines];
  return `<html>\r\n<head>\r\n${CHARSET}\r\n</head>\r\n<body>\r\n${inner.trim()} \r\n</body>\r\n</html>\r\n`;
}

function htmlOfText(text: string): string {
  const escaped = text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/\r\n$/, '')
    .replace(/\r\n/g, '<br>\r\n');
  return wrapHtml(
    `<font size="2"><span style="font-size:10pt;"><div class="PlainText">${escaped}</div></span></font>`,
  );
}

/** Good enough for a judge: blocks and line breaks become CRLF, all other tags go, entities are resolved. */
function textOfHtml(html: string): string {
  const body = /<body[^>]*>([\s\S]*)<\/body>/i.exec(html)?.[1] ?? html;
  const text = body
    .replace(/<(script|style)[\s\S]*?<\/\1>/gi, '')
    .replace(/\s+/g, ' ')
    .replace(/<br\s*\/?>\s*/gi, '\r\n')
    .replace(/<\/(p|div|tr|li|h\d)>\s*/gi, '\r\n')
    .replace(/<[^>]*>/g, '')
    .replace(/&(#x?[0-9a-f]+|[a-z]+);/gi, (all, name: string) => entity(name) ?? all)
    .replace(/[ \t]+\r\n/g, '\r\n')
    .trim();
  return text === '' ? '' : `${text}\r\n`;
}

function entity(name: string): string | undefined {
  if (name.startsWith('#x') || name.startsWith('#X')) {
    return String.fromCodePoint(Number.parseInt(name.slice(2), 16));
  }
  if (name.startsWith('#')) return String.fromCodePoint(Number.parseInt(name.slice(1), 10));
  return ENTITIES.get(name);
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
  ['nbsp', ' '],
  ['auml', 'ä'],
  ['ouml', 'ö'],
  ['uuml', 'ü'],
  ['Auml', 'Ä'],
  ['Ouml', 'Ö'],
  ['Uuml', 'Ü'],
  ['szlig', 'ß'],
  ['euro', '€'],
]);
