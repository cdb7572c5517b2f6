/**
 * A request that Exchange refuses. `code` is the ResponseCode of EWS; skins that speak another language
 * translate it. Codes and their meaning: Microsoft's page "ResponseCode".
 */
export class ExchangeError extends Error {
  override readonly name = 'ExchangeError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
