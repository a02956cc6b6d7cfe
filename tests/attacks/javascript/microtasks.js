// language: javascript
// problem: code/total, values/total
// idea: denial of service: promise jobs without end
// verdict: out_of_fuel

function total(numbers) {
  const again = () => { Promise.resolve().then(again); };
  again();
  return 0;
}
