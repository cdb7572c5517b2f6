/**
 * CPU milliseconds of a fixed loop over JSON: what a figure on this machine is divided by to compare it with figures of
 * other machines. The middle of several runs, after one that only warms up.
 */
export function calibrate(): number {
  loop();
  const figures = Array.from({ length: 5 }, () => cpuOf(loop)).sort((a, b) => a - b);
  return figures[2] ?? 0;
}

const ROUNDS = 400;
const SAMPLE = Array.from({ length: 100 }, (_, at) => ({
  id: `M${at}`,
  title: `Abnahme Prüfstand Größe ${at}`,
  starts: '2026-03-01T10:00:00Z',
  allDay: at % 7 === 0,
  fields: [at, at * 2, null],
}));

function loop(): void {
  let text = JSON.stringify(SAMPLE);
  for (let round = 0; round < ROUNDS; round++) text = JSON.stringify(JSON.parse(text));
}

function cpuOf(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
