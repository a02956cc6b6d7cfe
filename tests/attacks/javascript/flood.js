// language: javascript
// problem: code/total, values/total
// idea: denial of service: output without end
// verdict: output_limit

function total(numbers) {
  for (;;) console.error('x'.repeat(1000));
}
