// language: javascript
// problem: code/total, values/total
// idea: honest: it uses up its argument
// verdict: passed

function total(numbers) {
  let sum = 0;
  while (numbers.length) sum += numbers.pop();
  return sum;
}
