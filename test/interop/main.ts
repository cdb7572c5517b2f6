import { runClient } from './run-client.js';
import { CLIENTS } from './clients.js';

const HELP = `Other people's EWS clients drive the fake Exchange, step by step.

npm run test:interop -- [CLIENT [PART]]
  CLIENT  only this one: ${CLIENTS.map(({ name }) => name).join(', ')}
  PART    only the steps whose sentence has this in it

One line for each step; the last line is JSON. Exit codes: 0 all steps passed, 1 not all, 2 no such client.
`;

async function main([name, part]: readonly string[]): Promise<number> {
  if (name === '--help') return say(HELP, 0);
  const chosen = CLIENTS.filter((client) => name === undefined || client.name === name);
  if (chosen.length === 0) return say(HELP, 2);
  const missing: string[] = [];
  let [steps, failed] = [0, 0];
  for (const client of chosen) {
    const lacking = client.lacks();
    if (lacking !== null) {
      say(`${client.name} was not tried: ${lacking}\n`, 0);
      missing.push(client.name);
      continue;
    }
    const result = await runClient(client, part);
    steps += result.steps;
    failed += result.failed;
  }
  if (steps === 0 && missing.length === 0) failed += 1; // nothing tried proves nothing
  return say(`${JSON.stringify({ steps, failed, missing })}\n`, failed === 0 ? 0 : 1);
}

function say(text: string, exitCode: number): number {
  process.stdout.write(text);
  return exitCode;
}

process.exitCode = await main(process.argv.slice(2));
