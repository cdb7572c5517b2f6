import { done } from './verb.js';
import type { Outcome, Session, Verb } from './verb.js';
import type { Input } from './input.js';

export const ERP_CLAIM: Verb = {
  name: 'erp claim',
  does: {
    de: 'belegt das ERP für diese Installation: nur eine darf es abgleichen.',
    en: 'claims the ERP for this installation: only one may sync it.',
  },
  positionals: [],
  options: {
    'take-over': {
      value: null,
      help: {
        de: 'auch wenn eine andere es hat, weil diese umgezogen oder jene für immer beendet ist; jene schreibt dann nicht mehr.',
        en: 'even if another one has it, because this one has moved or that one has ended for good; that one writes no more.',
      },
    },
  },
  run: claim,
};

async function claim(input: Input, session: Session): Promise<Outcome> {
  const abgleich = await session.open();
  if (!input.flag('take-over')) {
    await abgleich.claimErp(session.stop);
    return done(
      { former: null },
      {
        de: 'Das ERP gehört dieser Installation.',
        en: 'The ERP belongs to this installation.',
      },
    );
  }
  const former = await abgleich.takeOverErp(session.who, session.stop);
  const from = { de: former?.name ?? 'niemand', en: former?.name ?? 'nobody' };
  return done(
    { former },
    {
      de: `Das ERP gehört jetzt dieser Installation (bisher: ${from.de}). Die bisherige wird abgewiesen, wenn sie wieder startet.`,
      en: `The ERP belongs to this installation now (before: ${from.en}). The former one is refused when it starts again.`,
    },
  );
}
