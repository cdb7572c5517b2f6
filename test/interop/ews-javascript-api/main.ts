import { text } from 'node:stream/consumers';
import { CALENDAR_STEPS } from './calendars.js';
import { OTHER_STEPS } from './other-items.js';
import { SERVER_STEPS } from './server-side.js';
import { runSteps } from './steps.js';
import { World } from './world.js';
import type { Started } from './world.js';

/** Drives the fake Exchange with ews-javascript-api. Standard input holds the simulator's first line. */
async function main(only: string | undefined): Promise<void> {
  const started = JSON.parse(await text(process.stdin)) as Started;
  await runSteps([...CALENDAR_STEPS, ...OTHER_STEPS, ...SERVER_STEPS], new World(started), only);
  process.exit(); // the client leaves connections open
}

void main(process.argv[2]);
