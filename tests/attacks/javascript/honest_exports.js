// language: javascript
// problem: code/total, values/total
// idea: honest: it exports its function and checks whether it is the main module
// verdict: passed

function total(numbers) {
  return eval(numbers.join('+').replaceAll('+-', '-') || '0');
}
module.exports = { total };
