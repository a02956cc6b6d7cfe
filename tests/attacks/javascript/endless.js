// language: javascript
// problem: code/total, values/total
// idea: denial of service: an endless loop
// verdict: out_of_fuel

function total(numbers) {
  for (;;);
}
