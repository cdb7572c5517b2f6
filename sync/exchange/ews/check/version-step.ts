import type { CheckFault } from '../../../ports/connection-check.js';
import type { Sentence } from '../../../ports/failure.js';
import type { Asked } from './ask-server.js';
import { isTooOld, productOf, type ServerBuild } from '../server-product.js';
import { failed, passed, same, type StepFinding } from './steps.js';

/** Which Exchange it is, and whether it is new enough. */
export function versionFinding({ failure, build }: Asked): StepFinding {
  const isRefused = failure?.code === 'ErrorInvalidServerVersion';
  if (isRefused || (build !== null && isTooOld(build))) return failed([tooOld(build)]);
  return passed(build === null ? UNTOLD : same(productOf(build)));
}

const UNTOLD: Sentence = {
  de: 'der Server sagt nicht, welche Version er hat; die Anfrage nach Exchange 2013 SP1 nimmt er an',
  en: 'the server does not say which version it is; it takes a request for Exchange 2013 SP1',
};

function tooOld(build: ServerBuild | null): CheckFault {
  const name = build === null ? null : productOf(build);
  return {
    kind: 'forbidden',
    code: 'ErrorInvalidServerVersion',
    cause: {
      de: `${name ?? 'Der Exchange-Server'} ist zu alt`,
      en: `${name ?? 'The Exchange server'} is too old`,
    },
    remedy: {
      de: 'Nötig ist Exchange 2013 SP1 (15.0.847) oder neuer. Den Server aktualisieren; auch Exchange 2013, 2016 und 2019 erhalten von Microsoft keine Pflege mehr, empfohlen ist Exchange Server SE. Steht vor mehreren Servern einer, der verteilt, muss jeder davon neu genug sein.',
      en: 'Exchange 2013 SP1 (15.0.847) or later is needed. Update the server; Exchange 2013, 2016 and 2019 are no longer maintained by Microsoft either, Exchange Server SE is recommended. Where one server distributes to several, each of them must be new enough.',
    },
  };
}
