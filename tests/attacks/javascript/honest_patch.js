// language: javascript
// problem: code/total, values/total
// idea: honest: a method of its own on arrays
// verdict: passed

Array.prototype.sum = function () {
  let sum = 0;
  for (const n of this) sum += n;
  return sum;
};
var total = (numbers) => numbers.sum();
