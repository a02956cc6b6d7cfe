// language: javascript
// problem: code/total, values/total
// idea: honest: generators, labels and tagged templates
// verdict: passed

function* sums(numbers) {
  let sum = 0;
  for (const n of numbers) yield (sum += n);
  return sum;
}
function total(numbers) {
  let last = 0;
  outer: for (const sum of sums(numbers)) { last = sum; continue outer; }
  return last;
}
