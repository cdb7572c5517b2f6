import type {
  CheckFault,
  CheckState,
  CheckStep,
  CheckStepName,
} from '../../../ports/connection-check.js';
import type { ConnectorFailure, FailureKind, Sentence } from '../../../ports/failure.js';

/** A step of a check and what carries it out. */
export type StepRun = readonly [name: CheckStepName, run: () => Promise<StepFinding>];

/** A step without its name. */
export type StepFinding = Omit<CheckStep, 'name'>;

/** Carries the steps out one after the other. After the first that failed nothing more is asked of anybody. */
export async function runInOrder(runs: readonly StepRun[]): Promise<readonly CheckStep[]> {
  const steps: CheckStep[] = [];
  let isStopped = false;
  for (const [name, run] of runs) {
    const finding = isStopped ? NOT_REACHED : await run();
    steps.push({ name, ...finding });
    if (finding.state === 'failed') isStopped = true;
  }
  return steps;
}

const NOT_REACHED: StepFinding = {
  state: 'notReached',
  result: { de: 'so weit kam es nicht', en: 'not reached' },
  faults: [],
};

export function passed(result: Sentence): StepFinding {
  return { state: 'passed', result, faults: [] };
}

export function skipped(result: Sentence): StepFinding {
  return { state: 'skipped', result, faults: [] };
}

/** `result` is made of the causes where it is left out. */
export function failed(faults: readonly CheckFault[], result?: Sentence): StepFinding {
  return withFaults('failed', faults, result);
}

export function warned(faults: readonly CheckFault[], result?: Sentence): StepFinding {
  return withFaults('warning', faults, result);
}

function withFaults(
  state: CheckState,
  faults: readonly CheckFault[],
  result: Sentence = {
    de: faults.map(({ cause }) => cause.de).join('; '),
    en: faults.map(({ cause }) => cause.en).join('; '),
  },
): StepFinding {
  return { state, result, faults };
}

/** The fault behind a failure whose sentence says what to do. */
export function faultOf(failure: ConnectorFailure, cause?: Sentence): CheckFault {
  const { kind, code, message, sentence } = failure;
  return {
    kind,
    code: code ?? kind,
    cause: cause ?? same(code ?? message),
    remedy: sentence ?? REMEDIES.get(kind) ?? same(message),
  };
}

/** For what has no sentence of its own. */
const REMEDIES: ReadonlyMap<FailureKind, Sentence> = new Map([
  [
    'busy',
    {
      de: 'Exchange ist überlastet oder drosselt das Konto. In einigen Minuten noch einmal prüfen; bleibt es dabei, dem Konto höhere Grenzen geben.',
      en: 'Exchange is overloaded, or throttles the account. Check again in some minutes; if it stays so, give the account higher limits.',
    },
  ],
  [
    'unreachable',
    {
      de: 'Die Adresse der Verbindung prüfen und ob der Dienst des Exchange-Servers läuft (in IIS der Anwendungspool MSExchangeServicesAppPool); steht ein Proxy oder eine Firewall dazwischen, auch dort nachsehen.',
      en: 'Check the address of the connection, and whether the service of the Exchange server is running (in IIS the application pool MSExchangeServicesAppPool); if a proxy or a firewall stands in between, look there as well.',
    },
  ],
]);

/** A text that is the same in all languages. */
export function same(text: string): Sentence {
  return { de: text, en: text };
}

/** What was found by the first call, for every later one. */
export function once<T>(find: () => Promise<T>): () => Promise<T> {
  let found: Promise<T> | null = null;
  return () => (found ??= find());
}
