// language: javascript
// problem: total
// idea: denial of service: an endless loop
// verdict: out_of_fuel

function total(numbers) {
  for (;;);
}
