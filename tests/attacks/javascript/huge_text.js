// language: javascript
// problem: code/total, values/total
// idea: denial of service: one huge text
// verdict: out_of_memory

function total(numbers) {
  return 'ab'.repeat(2 ** 28).charCodeAt(numbers.length);
}
