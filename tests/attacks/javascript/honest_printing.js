// language: javascript
// problem: code/total, values/total
// idea: honest: it prints and complains while it works
// verdict: passed

console.log('loading');
function total(numbers) {
  console.error('adding', numbers);
  console.assert(false, 'of no consequence');
  return numbers.reduce((a, b) => a + b, 0);
}
