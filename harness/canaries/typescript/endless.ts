// problem: code/total, values/total
// idea: denial of service: a loop without an end

function total(numbers: number[]): number {
  for (;;);
}
