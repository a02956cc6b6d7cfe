// language: javascript
// problem: code/total, values/total
// idea: denial of service: arrays without end
// verdict: out_of_memory

function total(numbers) {
  const all = [];
  for (;;) all.push(new Uint8Array(1 << 16));
}
