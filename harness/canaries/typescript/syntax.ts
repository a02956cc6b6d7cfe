// problem: code/total, values/total
// idea: broken source: it does not parse

function total(numbers: number[): number {
  return 0;
}
