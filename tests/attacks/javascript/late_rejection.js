// language: javascript
// problem: code/total, values/total
// idea: denial of service: a rejection that nobody handles
// verdict: runtime_error

function total(numbers) {
  Promise.reject(new Error('late'));
  return numbers.reduce((a, b) => a + b, 0);
}
