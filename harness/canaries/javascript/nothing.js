// problem: code/total, values/total
// idea: nothing: a function that answers nothing

function total(numbers) {}
