import { describe, expect, test } from 'vitest';
import { InputError } from '../../../server/cli/input.js';
import { numbersIn } from '../../../server/cli/number-list.js';

describe('a list of numbers', () => {
  test.each([
    ['7', [7]],
    ['3,5-9', [3, 5, 6, 7, 8, 9]],
    [' 9 , 2 - 3 ,2', [2, 3, 9]],
    ['4-4', [4]],
  ])('%s', (text, numbers) => {
    expect(numbersIn(text)).toEqual(numbers);
  });

  test.each(['', 'alle', '5-', '-5', '9-5', '1,,2', '1-999999999', '3;4', '٣'])(
    '"%s" is refused with a sentence',
    (text) => {
      expect(() => numbersIn(text)).toThrow(InputError);
    },
  );
});
