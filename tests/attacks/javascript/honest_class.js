// language: javascript
// problem: code/total, values/total
// idea: honest: a class does the work
// verdict: passed

class Sum {
  #value = 0;
  add(n) { this.#value += n; return this; }
  get value() { return this.#value; }
}
function total(numbers) {
  return numbers.reduce((sum, n) => sum.add(n), new Sum()).value;
}
