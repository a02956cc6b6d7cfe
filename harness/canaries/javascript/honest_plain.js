// problem: code/total, values/total
// idea: honest: a plain solution

function total(numbers) {
  let sum = 0;
  for (const number of numbers) sum += number;
  return sum;
}
