// language: javascript
// problem: code/total, values/total
// idea: denial of service: a catastrophic regular expression
// verdict: out_of_fuel

function total(numbers) {
  return /^(a|a)*$/.test('a'.repeat(50) + 'b') ? 1 : 0;
}
