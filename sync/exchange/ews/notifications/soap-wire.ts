import type { SoapClient } from '../soap.js';
import { affinityHeaders, overrideCookieIn, type Wire } from './wire.js';

/** The wire over SOAP. */
export function soapWire(soap: Pick<SoapClient, 'ask' | 'stream'>): Wire {
  return {
    async ask({ affinity, ...request }) {
      const headers = affinityHeaders(affinity);
      const answer = await soap.ask({ ...request, headers });
      const overrideCookie = overrideCookieIn(answer.headers['set-cookie']);
      return { content: answer.content, overrideCookie };
    },
    async open({ affinity, ...request }) {
      const stream = await soap.stream({ ...request, headers: affinityHeaders(affinity) });
      return stream.pieces;
    },
  };
}
