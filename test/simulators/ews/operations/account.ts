import { ExchangeError } from '../../mailbox/failure.js';
import { DAY, formatTime } from '../../mailbox/zones.js';
import { answerDirectly } from '../direct-answer.js';
import { element, requiredChild } from '../xml.js';
import type { Operation } from './operation.js';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/getpasswordexpirationdate-operation */
export const getPasswordExpirationDate: Operation = (_body, context) => {
  const expires = formatTime(context.organisation.nowMs() + 90 * DAY);
  const date = element('m:PasswordExpirationDate', expires);
  return answerDirectly(context, () => date, date);
};

/** Needs a role of its own, which nobody has here. https://learn.microsoft.com/exchange/client-developer/web-service-reference/getsearchablemailboxes-operation */
export const getSearchableMailboxes: Operation = (_body, context) =>
  answerDirectly(
    context,
    () => {
      throw new ExchangeError('ErrorAccessDenied', 'The Mailbox Search role is missing.');
    },
    '<m:SearchableMailboxes/>',
  );

/** Nobody is known as a persona. https://learn.microsoft.com/exchange/client-developer/web-service-reference/findpeople-operation */
export const findPeople: Operation = (body, context) => {
  requiredChild(body, 'ParentFolderId');
  return answerDirectly(
    context,
    () =>
      '<m:People/><m:TotalNumberOfPeopleInView>0</m:TotalNumberOfPeopleInView>' +
      '<m:FirstMatchingRowIndex>0</m:FirstMatchingRowIndex><m:FirstLoadedRowIndex>0</m:FirstLoadedRowIndex>',
  );
};

/** So no id names one. https://learn.microsoft.com/exchange/client-developer/web-service-reference/getpersona-operation */
export const getPersona: Operation = (_body, context) =>
  answerDirectly(
    { ...context, responseName: 'GetPersonaResponseMessage' },
    () => {
      throw new ExchangeError('ErrorInvalidIdMalformed', 'Id is malformed.');
    },
    element('m:Persona', element('t:PersonaId', '', { Id: '' })), // the schema insists on one
  );
