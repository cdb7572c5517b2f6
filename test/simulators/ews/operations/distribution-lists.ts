import { ExchangeError } from '../../mailbox/failure.js';
import { answerDirectly } from '../direct-answer.js';
import { checkOrder, requiredChild } from '../xml.js';
import { answerEach } from './operation.js';
import type { Operation } from './operation.js';

/** The firm has no lists. https://learn.microsoft.com/exchange/client-developer/web-service-reference/expanddl-operation */
export const expandDl: Operation = (body, context) => {
  checkOrder(body, ['Mailbox']);
  return answerEach(context, [requiredChild(body, 'Mailbox')], () => {
    throw noResults();
  });
};

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/getroomlists-operation */
export const getRoomLists: Operation = (_body, context) =>
  answerDirectly(context, () => '<m:RoomLists/>');

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/getrooms-operation */
export const getRooms: Operation = (body, context) => {
  checkOrder(body, ['RoomList']);
  requiredChild(body, 'RoomList');
  return answerDirectly(context, () => {
    throw noResults();
  });
};

function noResults(): ExchangeError {
  return new ExchangeError('ErrorNameResolutionNoResults', 'No results were found.');
}
