import { readFileSync, writeFileSync } from 'node:fs';

/** Starts a new peak, where the system can do that (Linux); elsewhere the peak is that of the process so far. */
export function forgetPeak(): void {
  try {
    writeFileSync('/proc/self/clear_refs', '5');
  } catch {
    // not on this system
  }
}

/** The most memory this process had at once, in MB. */
export function peakRssMb(): number {
  const kilobytes = highWaterMark() ?? process.resourceUsage().maxRSS;
  return kilobytes / 1024;
}

function highWaterMark(): number | null {
  try {
    const found = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8'));
    return found ? Number(found[1]) : null;
  } catch {
    return null;
  }
}
