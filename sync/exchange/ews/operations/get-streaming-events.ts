import type { ConnectorFailure } from '../../../ports/failure.js';
import { readNotification, type Notified } from '../notification-events.js';
import { messageFailure, messagesOf } from '../response-messages.js';
import { child, childText, type XmlNode } from '../xml-reader.js';
import { element, textElement, type Xml } from '../xml-writer.js';

export interface GetStreamingEventsRequest {
  /** 200 at most (protocol fact 84). */
  readonly subscriptionIds: readonly string[];
  /** After how many minutes the server closes the connection by itself: 1 to 30. */
  readonly connectionTimeoutMinutes: number;
}

/** One of the envelopes that a stream consists of. */
export interface StreamFrame {
  readonly notified: readonly Notified[];
  /** `closed`: the server ends the connection as agreed; the subscriptions go on. */
  readonly status: 'ok' | 'closed' | null;
  /** The first refusal; then the server has nothing more to say on this connection. */
  readonly failure: ConnectorFailure | null;
  /** The subscriptions that the refusal is about; empty = it does not say. */
  readonly badIds: readonly string[];
}

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/getstreamingevents-operation */
export function writeGetStreamingEvents(request: GetStreamingEventsRequest): Xml {
  const ids = request.subscriptionIds.map((id) => textElement('t:SubscriptionId', id));
  return element(
    'm:GetStreamingEvents',
    null,
    element('m:SubscriptionIds', null, ...ids),
    textElement('m:ConnectionTimeout', String(request.connectionTimeoutMinutes)),
  );
}

/** Reads the `GetStreamingEventsResponse` of one envelope. */
export function readGetStreamingEvents(response: XmlNode): StreamFrame {
  const messages = messagesOf(response);
  const failures = messages.flatMap((message) => messageFailure(message) ?? []);
  return {
    notified: messages.flatMap(notifiedIn),
    status: statusOf(messages),
    failure: failures[0] ?? null,
    badIds: messages.flatMap(badIdsOf),
  };
}

function notifiedIn(message: XmlNode): readonly Notified[] {
  return (child(message, 'Notifications')?.children ?? []).map(readNotification);
}

function statusOf(messages: readonly XmlNode[]): StreamFrame['status'] {
  const words = messages.map((message) => childText(message, 'ConnectionStatus')?.trim());
  if (words.includes('Closed')) return 'closed';
  return words.includes('OK') ? 'ok' : null;
}

function badIdsOf(message: XmlNode): readonly string[] {
  const named = child(message, 'ErrorSubscriptionIds')?.children ?? [];
  return named.map(({ text }) => text.trim()).filter((id) => id !== '');
}
