// language: javascript
// problem: code/total, values/total
// idea: honest: an arrow function in a constant
// verdict: passed

const total = (numbers) => numbers.reduce((a, b) => a + b, 0);
