// problem: code/total, values/total
// idea: denial of service: arrays without an end

function total(numbers) {
  const kept = [];
  for (;;) kept.push(new Array(10000).fill(1));
}
