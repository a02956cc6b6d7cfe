// language: javascript
// problem: total
// idea: denial of service: output without end
// verdict: output_limit

function total(numbers) {
  for (;;) console.error('x'.repeat(1000));
}
