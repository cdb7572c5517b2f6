import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const HERE = new URL('.', import.meta.url);
const ROOT = new URL('../../', HERE);
const README = readFileSync(new URL('README.md', HERE), 'utf8');
const ALL = Array.from({ length: 60 }, (_, n) => n + 1);

const FILES = readdirSync(HERE).filter((name) => name.endsWith('.test.ts'));

/** The numbers with which the names of tests in a file begin. */
function toldIn(file: string): readonly number[] {
  const text = readFileSync(new URL(file, HERE), 'utf8');
  const names = text.matchAll(/\b(?:test|it)(?:\.each\([^;]*?\))?\(\s*['"`](\d+): /gs);
  return [...names].map(([, number]) => Number(number));
}

/** The rows of the table under a heading, without its head. */
function tableOf(heading: string): readonly (readonly string[])[] {
  const section = README.split(`## ${heading}`)[1]?.split('\n## ')[0] ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('|'));
  return rows.slice(2).map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

const told = new Set(FILES.flatMap(toldIn));
const notYet = tableOf('Not told yet');

test('each of the sixty situations is told, or it is said why not', () => {
  const excused = new Set(notYet.map(([number]) => Number(number)));
  expect(ALL.filter((number) => !told.has(number) && !excused.has(number))).toEqual([]);
  expect([...excused].filter((number) => told.has(number))).toEqual([]);
  expect(notYet.every(([, why = '']) => why.endsWith('.'))).toBe(true);
});

test('what is said to be told elsewhere is told there', () => {
  const rows = tableOf('Told further by');
  expect(rows.length).toBeGreaterThan(0);
  const missing = rows.filter(([, file = '', name = '']) => {
    const text = readFileSync(new URL(file, ROOT), 'utf8');
    return !text.replaceAll("\\'", "'").includes(name);
  });
  expect(missing).toEqual([]);
});

test('no story is left out while the others run', () => {
  const stories = FILES.filter((file) => toldIn(file).length > 0);
  expect(stories.length).toBeGreaterThan(8);
  const leftOut = stories.filter((file) =>
    /\b(?:test|it|describe)\.(?:skip|only|todo)\b/.test(readFileSync(new URL(file, HERE), 'utf8')),
  );
  expect(leftOut).toEqual([]);
});
