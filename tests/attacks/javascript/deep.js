// language: javascript
// problem: code/total, values/total
// idea: denial of service: recursion without end
// verdict: runtime_error

function total(numbers) {
  return total(numbers) + 1;
}
