// language: javascript
// problem: code/total, values/total
// idea: denial of service: an answer of ten million items
// verdict: output_limit

function total(numbers) {
  return new Array(1e7);
}
