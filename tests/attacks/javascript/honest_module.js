// language: javascript
// problem: code/total, values/total
// idea: honest: a module
// verdict: passed

import assert from 'node:assert';
export function total(numbers) {
  assert(Array.isArray(numbers));
  return numbers.reduce((a, b) => a + b, 0);
}
