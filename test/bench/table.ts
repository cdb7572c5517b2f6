import type { Run } from './cases.js';

/** The figures for people. */
export function tableOf(calibrationMs: number, runs: readonly Run[]): string {
  const rows = runs.map((run) => [
    run.case,
    String(run.size),
    String(run.items),
    run.cpuMs.toFixed(1),
    run.items === 0 ? '' : run.cpuMsPerItem.toFixed(3),
    run.ratio.toFixed(2),
    run.wallMs.toFixed(0),
    run.peakRssMb.toFixed(0),
    String(run.requests),
  ]);
  const table = [HEAD, ...rows];
  const widths = HEAD.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  const lines = table.map((row) =>
    row
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
  return `${lines.join('\n')}\ncalibration: ${calibrationMs.toFixed(1)} ms CPU; ratio = CPU ms / calibration\n`;
}

const HEAD = [
  'case',
  'size',
  'items',
  'CPU ms',
  'CPU ms/item',
  'ratio',
  'wall ms',
  'peak MB',
  'requests',
];
