// problem: gap_days
// verdict: passed
function gap_days(days: number[]): number {
  const opened: number[] = [...new Set<number>(days)].sort((a: number, b: number) => a - b);
  return opened.slice(1).reduce((most, day, i) => Math.max(most, day - opened[i] - 1), 0);
}

// problem: gap_days
// verdict: wrong_answer: counts the later day too
function gap_days(days: number[]): number {
  const opened: number[] = [...new Set<number>(days)].sort((a, b) => a - b);
  return opened.slice(1).reduce((most, day, i) => Math.max(most, day - opened[i]), 0);
}

// problem: merge_stock
// verdict: passed
type Stock = Record<string, number>;
function merge_stock(counted: Stock, changes: Stock): Stock {
  const merged = new Map<string, number>(Object.entries(counted));
  for (const [item, change] of Object.entries(changes)) {
    merged.set(item, (merged.get(item) ?? 0) + change);
  }
  return Object.fromEntries([...merged].filter(([, count]) => count !== 0)) as Stock;
}

// problem: merge_stock
// verdict: wrong_answer: keeps what comes out at nothing
function merge_stock(
  counted: Record<string, number>,
  changes: Record<string, number>,
): Record<string, number> {
  const merged: Record<string, number> = { ...counted };
  for (const item of Object.keys(changes)) merged[item] = (merged[item] ?? 0) + changes[item];
  return merged;
}

// problem: name_initials
// verdict: passed
function name_initials(name: string): string {
  const words: readonly string[] = name.split(/\s+/).filter(Boolean);
  const kept = words.filter((word) => !["de", "der", "van", "von"].includes(word));
  return (kept.length ? kept : words).map((word) => `${word[0]!.toUpperCase()}.`).join("");
}

// problem: name_initials
// verdict: wrong_answer: keeps particles
const name_initials = (name: string): string =>
  (name.split(" ") satisfies string[]).map((word) => word.charAt(0).toUpperCase() + ".").join("");

// problem: shared_hobbies
// verdict: passed
class Tally<T> {
  private counts: Map<T, number> = new Map();
  add(item: T): this {
    this.counts.set(item, (this.counts.get(item) ?? 0) + 1);
    return this;
  }
  atLeast(least: number): Set<T> {
    return new Set([...this.counts].filter(([, n]) => n >= least).map(([item]) => item));
  }
}
function shared_hobbies(people: Set<string>[], least: number): Set<string> {
  const tally = new Tally<string>();
  people.forEach((hobbies) => hobbies.forEach((hobby) => tally.add(hobby)));
  return tally.atLeast(least);
}

// problem: shared_hobbies
// verdict: wrong_answer: only those that everybody has
function shared_hobbies(people: Set<string>[], least: number): Set<string> {
  const [first, ...rest] = people;
  return new Set([...(first ?? [])].filter((hobby) => rest.every((it) => it.has(hobby))));
}

// problem: score_table
// verdict: passed
function score_table(scores: number[]): Map<number, number> {
  const table: Map<number, number> = new Map();
  for (const score of scores) table.set(score, 1 + scores.filter((it) => it > score).length);
  return table;
}

// problem: score_table
// verdict: wrong_answer: the lowest score wins
function score_table(scores: number[]): Map<number, number> {
  return new Map(scores.map((score) => [score, 1 + scores.filter((it) => it < score).length]));
}

// problem: timer_seconds
// verdict: passed
enum Unit { Hour = 3600, Minute = 60, Second = 1 }
function timer_seconds(text: string): number | null {
  const match = /^(?:(\d{1,4})h)?(?:(\d{1,4})m)?(?:(\d{1,4})s)?$/.exec(text);
  if (!match || !text) return null;
  const [, h, m, s]: (string | undefined)[] = [...match];
  return Number(h ?? 0) * Unit.Hour + Number(m ?? 0) * Unit.Minute + Number(s ?? 0) * Unit.Second;
}

// problem: timer_seconds
// verdict: wrong_answer: never refuses a text
function timer_seconds(text: string): number | null {
  const seconds = { h: 3600, m: 60, s: 1 } as const;
  let sum = 0;
  for (const [, n, unit] of text.matchAll(/(\d+)([hms])/g)) {
    sum += Number(n) * seconds[unit as keyof typeof seconds];
  }
  return sum;
}

// problem: trip_speed
// verdict: passed
type Leg = [kilometres: number, speed: number];
const trip_speed = (legs: Leg[]): number => {
  const sum = (of: (leg: Leg) => number): number => legs.reduce((all, leg) => all + of(leg), 0);
  const hours = sum(([kilometres, speed]) => kilometres / speed);
  return hours ? sum(([kilometres]) => kilometres) / hours : 0;
};

// problem: trip_speed
// verdict: wrong_answer: a trip without a length has no number
const trip_speed = (legs: [number, number][]): number =>
  legs.reduce((sum, [it]) => sum + it, 0) / legs.reduce((sum, [it, at]) => sum + it / at, 0);

// problem: word_index
// verdict: passed
interface Index { [word: string]: number[] }
function word_index(pages: string[]): Index {
  const index: Index = Object.create(null);
  pages.forEach((page: string, i: number): void => {
    const words: RegExpMatchArray | null = page.toLowerCase().match(/[a-z]{3,}/g);
    for (const word of new Set(words ?? [])) (index[word] ??= []).push(i + 1);
  });
  return index;
}

// problem: word_index
// verdict: wrong_answer: repeats a page
function word_index(pages: string[]): Record<string, number[]> {
  const index: Record<string, number[]> = Object.create(null);
  pages.forEach((page, i) => {
    for (const word of page.toLowerCase().match(/[a-z]{3,}/g) ?? []) (index[word] ??= []).push(i + 1);
  });
  return index;
}

// problem: mask_number
// verdict: passed
function mask_number(text: string, keep: number): string {
  let left: number = [...text].filter((c) => /\d/.test(c)).length - keep;
  return text.replace(/\d/g, (digit: string) => (left-- > 0 ? "#" : digit));
}

// problem: mask_number
// verdict: compile_error
function mask_number(text: string, keep: number): string {
  return text.replace(/\d/g, (digit: ) => digit);
}

// problem: stone_path
// verdict: passed: a wrong type is no error, as with ts-node --transpile-only
function stone_path(moss: string, leap: boolean): Date {
  const costs: any[] = [];
  (moss as any).forEach((slip: number, place: number) => {
    const before = place ? costs.slice(Math.max(0, place - (leap as any))) : [0];
    costs.push(slip < 0 ? Infinity : Math.min(...before) + slip);
  });
  const last = costs.at(-1);
  return Number.isFinite(last) ? last : (null as any);
}

// problem: stone_path
// verdict: runtime_error: means a value by the name of a type
interface Stones { moss: number[] }
function stone_path(moss: number[], leap: number): number | null {
  return new (Stones as any)(moss).cost(leap);
}

// problem: frame_sums
// verdict: passed
function frame_sums(matrix: number[][]): number[] {
  const sums: number[] = [];
  for (let k = 0; 2 * k < Math.min(matrix.length, matrix[0]?.length ?? 0); k++) {
    let sum = 0;
    const [bottom, right] = [matrix.length - 1 - k, matrix[0]!.length - 1 - k];
    for (let row = k; row <= bottom; row++) {
      for (let column = k; column <= right; column++) {
        if (row === k || row === bottom || column === k || column === right) {
          sum += matrix[row]![column]!;
        }
      }
    }
    sums.push(sum);
  }
  return sums;
}

// problem: frame_sums
// verdict: wrong_answer: counts corners twice
function frame_sums(matrix: number[][]): number[] {
  const all = (row: number[]): number => row.reduce((a, b) => a + b, 0);
  const [first, last] = [matrix[0] ?? [], matrix.at(-1) ?? []];
  return matrix.length ? [all(first) + all(last) + all(matrix.map((row) => row[0]!))] : [];
}

// problem: split_bill
// verdict: passed
function split_bill(cents: number, people: number): number[] {
  const share = Math.floor(cents / people);
  const rest: number = cents - share * people;
  return [...Array(rest).fill(share + 1), ...Array(people - rest).fill(share)];
}

// problem: split_bill
// verdict: wrong_answer: answers with text
function split_bill(cents: number, people: number): string[] {
  const share = Math.floor(cents / people);
  return Array.from({ length: people }, (_, i) => String(share + (i < cents - share * people ? 1 : 0)));
}
