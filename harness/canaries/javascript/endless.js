// problem: code/total, values/total
// idea: denial of service: a loop without an end that swallows exceptions

function total(numbers) {
  for (;;) {
    try {
      for (;;);
    } catch {}
  }
}
