import type { ServerResponse } from 'node:http';
import { z } from 'zod';
import type { ServerState } from '../ews/server-state.js';
import { BadControlRequest, objectOf } from './json-item.js';
import type { JsonObject } from './json-item.js';

/** A request to the control address. */
export interface ControlRequest {
  readonly method: string;
  readonly url: URL;
  readonly text: string;
  readonly response: ServerResponse;
}

/** Does what a request asks for; what it answers becomes JSON. Throws BadControlRequest and ExchangeError. */
export type Handler = (server: ServerState, request: ControlRequest) => unknown;

/** The body as an object. */
export function bodyOf(text: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new BadControlRequest('the body is not JSON');
  }
  return objectOf(value, 'the body');
}

/** The body as what a schema says; nothing at all is an empty object. */
export function checked<Schema extends z.ZodType>(schema: Schema, text: string): z.output<Schema> {
  const read = schema.safeParse(text.trim() === '' ? {} : bodyOf(text));
  if (!read.success) throw new BadControlRequest(z.prettifyError(read.error));
  return read.data;
}
