// language: javascript
// problem: code/total, values/total
// idea: denial of service: an endless loop in a finally block
// verdict: out_of_fuel

function total(numbers) {
  for (;;) { try { for (;;); } finally { continue; } }
}
