// language: typescript
// problem: code/total, values/total
// idea: honest: enums, generics, overloads and assertions
// verdict: passed

enum Start { Zero, One }
interface Fold<T> { (a: T, b: T): T }
function fold<T>(items: readonly T[], by: Fold<T>, start: T): T;
function fold<T>(items: T[], by: Fold<T>, start: T): T {
  return items.reduce(by, start);
}
const total = (numbers: number[]): number =>
  fold(numbers as readonly number[], (a, b) => a + b, Start.Zero)!;
