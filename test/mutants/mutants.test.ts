import { readFileSync, existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { projectFile } from '../../db/project-files.js';
import { PROTECTIONS } from './mutant.js';
import { MUTANTS } from './mutants.js';
import { mutated } from './workshop.js';

test.each(MUTANTS)('the line of "$name" stands in $file once', (mutant) => {
  const text = readFileSync(projectFile(mutant.file), 'utf8');
  expect(mutated(text, mutant)).not.toBe(text);
  expect(mutant.tests.filter((one) => !existsSync(projectFile(one)))).toEqual([]);
});

test('no two mutants have one name', () => {
  expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(MUTANTS.length);
});

test('a line of every protection is taken out', () => {
  const tried = new Set(MUTANTS.flatMap(({ protects }) => protects));
  expect(PROTECTIONS.filter((one) => !tried.has(one))).toEqual([]);
});
