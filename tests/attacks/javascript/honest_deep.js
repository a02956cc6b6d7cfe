// language: javascript
// problem: code/total, values/total
// idea: honest: recursion thousands deep
// verdict: passed

function down(n) { return n === 0 ? 0 : 1 + down(n - 1); }
function total(numbers) {
  return numbers.reduce((a, b) => a + b, down(8000) - 8000);
}
