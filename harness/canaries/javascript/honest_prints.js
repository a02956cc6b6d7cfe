// problem: code/total, values/total
// idea: honest: an arrow function that prints while it works

const total = (numbers) => {
  console.log("adding", numbers);
  return numbers.reduce((a, b) => a + b, 0);
};
