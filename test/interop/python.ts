import { spawnSync } from 'node:child_process';

/** Debian's own Python: only it sees the modules that apt installs. */
export const PYTHON = '/usr/bin/python3';

const PACKAGES = { lxml: 'python3-lxml', exchangelib: 'python3-exchangelib' } as const;

/** Says in a sentence what is missing for a script that needs this module; null = nothing. */
export function whatPythonLacks(module: keyof typeof PACKAGES): string | null {
  const { status, error } = spawnSync(PYTHON, ['-c', `import ${module}`], { stdio: 'ignore' });
  if (error !== undefined) return `${PYTHON} is not on this machine.`;
  if (status === 0) return null;
  return `${PYTHON} has no ${module}; on Debian: apt-get install ${PACKAGES[module]}.`;
}
