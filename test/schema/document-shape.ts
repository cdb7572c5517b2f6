/**
 * What a document looks like to a schema, whatever it says: digits are one digit, free text is one text, words as they
 * stand in enumerations stay. Two documents of one shape are valid or invalid together, so that one of them is enough.
 */
export function shapeOf(document: string): string {
  return document
    .replace(/>([^<]+)</g, (_, text: string) => `>${shapeOfText(text)}<`)
    .replace(/="([^"]*)"/g, (_, text: string) => `="${shapeOfText(text)}"`);
}

function shapeOfText(text: string): string {
  if (/^\s+$/.test(text)) return ' ';
  if (FORBIDDEN.test(text)) return text; // not well-formed, or on the edge of it: kept as it is
  if (/^[A-Za-z]\w{0,59}$/.test(text)) return text; // a word of an enumeration
  if (/^-?\d{1,4}$/.test(text)) return text; // many numbers have bounds
  if (/^[-+:.TZ\d]{1,40}$/.test(text)) return isNoDate(text) ? text : text.replace(/\d/g, '0');
  if (/^-?P[\dDHMST]+$/.test(text)) return text; // a duration
  if (/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text)) return 'guid';
  if (/^[\w+/]{24,}={0,2}$/.test(text) && text.length % 4 === 0) return 'base64';
  return 'some text';
}

function isNoDate(text: string): boolean {
  return (
    text.includes('-') && Number.isNaN(Date.parse(text.replace(/^(\d{4}-\d\d-\d\d)[+Z].*$/, '$1')))
  );
}

const FORBIDDEN = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffd\ufffe\uffff]|&(?!(?:amp|lt|gt|quot|apos);)/;
