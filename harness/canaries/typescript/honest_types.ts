// problem: code/total, values/total
// idea: honest: types, an enum and a generic function

enum Start {
  Zero = 0,
}
function fold<T, S>(items: T[], start: S, step: (sum: S, item: T) => S): S {
  let sum = start;
  for (const item of items) sum = step(sum, item);
  return sum;
}
function total(numbers: number[]): number {
  return fold<number, number>(numbers, Start.Zero, (a, b) => a + b);
}
