// problem: gap_days
// verdict: passed
function gap_days(days) {
  const opened = [...new Set(days)].sort((a, b) => a - b);
  return opened.slice(1).reduce((most, day, i) => Math.max(most, day - opened[i] - 1), 0);
}

// problem: gap_days
// verdict: wrong_answer: sorts numbers as text
function gap_days(days) {
  const opened = [...new Set(days)].sort();
  return opened.slice(1).reduce((most, day, i) => Math.max(most, day - opened[i] - 1), 0);
}

// problem: split_bill
// verdict: passed
function split_bill(cents, people) {
  const share = Math.floor(cents / people);
  const rest = cents - share * people;
  return Array.from({ length: people }, (_, i) => share + (i < rest ? 1 : 0));
}

// problem: split_bill
// verdict: wrong_answer: the remainder of a refund is negative
function split_bill(cents, people) {
  const share = Math.trunc(cents / people);
  return Array.from({ length: people }, (_, i) => share + (i < cents % people ? 1 : 0));
}

// problem: fill_letter
// verdict: passed
const fill_letter = (letter, words) =>
  letter.replace(/\{\{|\{([a-z]+)\}/g, (_, name) =>
    name === undefined ? "{" : Object.hasOwn(words, name) ? words[name] : "?");

// problem: fill_letter
// verdict: wrong_answer: does not know `{{`
const fill_letter = (letter, words) =>
  letter.replace(/\{([a-z]+)\}/g, (_, name) => words[name] ?? "?");

// problem: recipe_total
// verdict: passed
function recipe_total(parts) {
  const gcd = (a, b) => (b ? gcd(b, a % b) : a < 0n ? -a : a);
  let [top, bottom] = [0n, 1n];
  for (const [n, d] of parts) {
    const [numerator, denominator] = [BigInt(n), BigInt(d)];
    top = top * denominator + numerator * bottom;
    bottom *= denominator;
    const shrink = gcd(top, bottom) * (bottom < 0n ? -1n : 1n);
    [top, bottom] = [top / shrink, bottom / shrink];
  }
  return [top, bottom];
}

// problem: recipe_total
// verdict: wrong_answer: is not in lowest terms
function recipe_total(parts) {
  return parts.reduce(([top, bottom], [n, d]) => [top * d + n * bottom, bottom * d], [0, 1]);
}

// problem: shared_hobbies
// verdict: passed
function shared_hobbies(people, least) {
  const counts = new Map();
  for (const hobbies of people) {
    for (const hobby of hobbies) counts.set(hobby, (counts.get(hobby) ?? 0) + 1);
  }
  return new Set([...counts].filter(([, count]) => count >= least).map(([hobby]) => hobby));
}

// problem: shared_hobbies
// verdict: wrong_answer: an array is no set
function shared_hobbies(people, least) {
  const all = [...new Set(people.flatMap((hobbies) => [...hobbies]))];
  return all.filter((hobby) => people.filter((hobbies) => hobbies.has(hobby)).length >= least);
}

// problem: score_table
// verdict: passed
function score_table(scores) {
  const table = new Map();
  [...scores].sort((a, b) => b - a).forEach((score, i) => {
    if (!table.has(score)) table.set(score, i + 1);
  });
  return table;
}

// problem: score_table
// verdict: passed: an object's keys are read as what they stand for
function score_table(scores) {
  const table = {};
  for (const score of scores) table[score] = 1 + scores.filter((other) => other > score).length;
  return table;
}

// problem: score_table
// verdict: wrong_answer: skips no place
function score_table(scores) {
  const places = [...new Set(scores)].sort((a, b) => b - a);
  return new Map(places.map((score, i) => [score, i + 1]));
}

// problem: timer_seconds
// verdict: passed
function timer_seconds(text) {
  const match = /^(?:(\d{1,4})h)?(?:(\d{1,4})m)?(?:(\d{1,4})s)?$/.exec(text);
  if (!match || text === "") return null;
  const [hours, minutes, seconds] = match.slice(1).map((group) => Number(group ?? 0));
  return hours * 3600 + minutes * 60 + seconds;
}

// problem: timer_seconds
// verdict: wrong_answer: takes anything that has a number in it
function timer_seconds(text) {
  const of = (unit) => parseInt(new RegExp(`(\\d+)${unit}`).exec(text)?.[1] ?? "0", 10);
  const seconds = of("h") * 3600 + of("m") * 60 + of("s");
  return seconds || null;
}

// problem: trip_speed
// verdict: passed
function trip_speed(legs) {
  const length = legs.reduce((sum, [kilometres]) => sum + kilometres, 0);
  const hours = legs.reduce((sum, [kilometres, speed]) => sum + kilometres / speed, 0);
  return hours ? length / hours : 0;
}

// problem: trip_speed
// verdict: wrong_answer: the mean of the speeds
function trip_speed(legs) {
  return legs.length ? legs.reduce((sum, [, speed]) => sum + speed, 0) / legs.length : 0;
}

// problem: word_index
// verdict: passed
function word_index(pages) {
  const index = {};
  pages.forEach((page, i) => {
    for (const word of new Set(page.toLowerCase().match(/[a-z]{3,}/g) ?? [])) {
      (Object.hasOwn(index, word) ? index[word] : (index[word] = [])).push(i + 1);
    }
  });
  return index;
}

// problem: word_index
// verdict: runtime_error: a page without a word has no match
function word_index(pages) {
  const index = {};
  pages.forEach((page, i) => {
    for (const word of new Set(page.toLowerCase().match(/[a-z]{3,}/g))) {
      throw new RangeError(`page ${i + 1} is beyond the index`);
    }
  });
  return index;
}

// problem: frame_sums
// verdict: passed
function frame_sums(matrix) {
  const [height, width] = [matrix.length, matrix[0]?.length ?? 0];
  const sums = new Array(Math.floor((Math.min(height, width) + 1) / 2)).fill(0);
  matrix.forEach((line, row) => line.forEach((number, column) => {
    sums[Math.min(row, column, height - 1 - row, width - 1 - column)] += number;
  }));
  return sums;
}

// problem: frame_sums
// verdict: wrong_answer: knows squares only
function frame_sums(matrix) {
  const size = matrix.length;
  const sums = new Array(Math.ceil(size / 2)).fill(0);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      sums[Math.min(row, column, size - 1 - row, size - 1 - column)] += matrix[row][column];
    }
  }
  return sums;
}

// problem: mask_number
// verdict: passed
function mask_number(text, keep) {
  let left = text.replace(/\D/g, "").length - keep;
  return text.replace(/\d/g, (digit) => (left-- > 0 ? "#" : digit));
}

// problem: mask_number
// verdict: compile_error
function mask_number(text, keep) {
  let left = text.replace(/\D/g, "").length - keep;
  return text.replace(/\d/g, (digit) => (left-- > 0 ? "#" : digit);
}

// problem: stone_path
// verdict: passed
function stone_path(moss, leap) {
  const costs = [];
  moss.forEach((slip, place) => {
    const before = place ? costs.slice(Math.max(0, place - leap)) : [0];
    costs.push(slip < 0 ? Infinity : Math.min(...before) + slip);
  });
  const last = costs[costs.length - 1];
  return Number.isFinite(last) ? last : null;
}

// problem: stone_path
// verdict: out_of_fuel: leaps back, so it never arrives
function stone_path(moss, leap) {
  let place = 0;
  let sum = moss[0];
  while (place < moss.length) {
    place += place % 2 ? -1 : 1;
    sum += moss[place] ?? 0;
  }
  return sum;
}

// problem: undo_notes
// verdict: passed
function undo_notes(commands) {
  let text = "";
  const past = [];
  let future = [];
  for (const command of commands) {
    if (command === "undo") {
      if (past.length) {
        future.push(text);
        text = past.pop();
      }
    } else if (command === "redo") {
      if (future.length) {
        past.push(text);
        text = future.pop();
      }
    } else {
      past.push(text);
      future = [];
      text = command[0] === "+"
        ? text + command.slice(1)
        : text.slice(0, Math.max(0, text.length - Number(command.slice(1))));
    }
  }
  return text;
}

// problem: undo_notes
// verdict: protocol_violation: answers with a promise
async function undo_notes(commands) {
  return commands.filter((command) => command[0] === "+").map((it) => it.slice(1)).join("");
}
