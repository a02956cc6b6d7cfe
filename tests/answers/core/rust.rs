// problem: gap_days
// verdict: passed
fn gap_days(mut days: Vec<i64>) -> i64 {
    days.sort();
    days.dedup();
    days.windows(2).map(|pair| pair[1] - pair[0] - 1).max().unwrap_or(0)
}

// problem: gap_days
// verdict: wrong_answer: does not sort
fn gap_days(days: Vec<i64>) -> i64 {
    days.windows(2).map(|pair| pair[1] - pair[0] - 1).max().unwrap_or(0)
}

// problem: split_bill
// verdict: passed
fn split_bill(cents: i64, people: i64) -> Vec<i64> {
    let (share, rest) = (cents.div_euclid(people), cents.rem_euclid(people));
    (0..people).map(|i| share + i64::from(i < rest)).collect()
}

// problem: split_bill
// verdict: wrong_answer: the remainder of a refund is negative
fn split_bill(cents: i64, people: i64) -> Vec<i64> {
    (0..people).map(|i| cents / people + (i < cents % people) as i64).collect()
}

// problem: merge_stock
// verdict: passed
use std::collections::HashMap;
fn merge_stock(counted: HashMap<String, i64>, changes: HashMap<String, i64>) -> HashMap<String, i64> {
    let mut merged = counted;
    for (item, change) in changes {
        *merged.entry(item).or_insert(0) += change;
    }
    merged.retain(|_, count| *count != 0);
    merged
}

// problem: merge_stock
// verdict: wrong_answer: keeps what comes out at nothing
use std::collections::HashMap;
fn merge_stock(mut counted: HashMap<String, i64>, changes: HashMap<String, i64>) -> HashMap<String, i64> {
    for (item, change) in changes {
        *counted.entry(item).or_default() += change;
    }
    counted
}

// problem: recipe_total
// verdict: passed
fn gcd(a: i128, b: i128) -> i128 {
    if b == 0 { a.abs() } else { gcd(b, a % b) }
}
fn recipe_total(parts: Vec<(i64, i64)>) -> (i128, i128) {
    let mut sum = (0_i128, 1_i128);
    for (top, bottom) in parts {
        let (top, bottom) = (i128::from(top), i128::from(bottom));
        let (n, d) = (sum.0 * bottom + top * sum.1, sum.1 * bottom);
        let shrink = gcd(n, d) * d.signum();
        sum = (n / shrink, d / shrink);
    }
    sum
}

// problem: recipe_total
// verdict: wrong_answer: is not in lowest terms
fn recipe_total(parts: Vec<(i64, i64)>) -> (i64, i64) {
    parts.iter().fold((0, 1), |(top, bottom), (n, d)| (top * d + n * bottom, bottom * d))
}

// problem: shared_hobbies
// verdict: passed
use std::collections::{BTreeMap, HashSet};
fn shared_hobbies(people: Vec<HashSet<String>>, least: i64) -> HashSet<String> {
    let mut counts: BTreeMap<String, i64> = BTreeMap::new();
    for hobby in people.into_iter().flatten() {
        *counts.entry(hobby).or_default() += 1;
    }
    counts.into_iter().filter(|(_, n)| *n >= least).map(|(hobby, _)| hobby).collect()
}

// problem: shared_hobbies
// verdict: wrong_answer: a vector is no set
use std::collections::{HashMap, HashSet};
fn shared_hobbies(people: Vec<HashSet<String>>, least: i64) -> Vec<String> {
    let mut counts = HashMap::new();
    for hobby in people.iter().flatten() {
        *counts.entry(hobby.clone()).or_insert(0) += 1;
    }
    counts.into_iter().filter(|(_, n)| *n >= least).map(|(hobby, _)| hobby).collect()
}

// problem: score_table
// verdict: passed
use std::collections::BTreeMap;
fn score_table(scores: Vec<i64>) -> BTreeMap<i64, usize> {
    let place = |score: &i64| 1 + scores.iter().filter(|it| *it > score).count();
    scores.iter().map(|score| (*score, place(score))).collect()
}

// problem: score_table
// verdict: wrong_answer: skips no place
use std::collections::HashMap;
fn score_table(mut scores: Vec<i64>) -> HashMap<i64, usize> {
    scores.sort_by(|a, b| b.cmp(a));
    scores.dedup();
    scores.into_iter().enumerate().map(|(i, score)| (score, i + 1)).collect()
}

// problem: timer_seconds
// verdict: passed
fn timer_seconds(text: String) -> Option<i64> {
    let (mut sum, mut digits, mut units) = (0, String::new(), "hms");
    for c in text.chars() {
        if c.is_ascii_digit() {
            digits.push(c);
            continue;
        }
        let at = units.find(c)?;
        if digits.is_empty() || digits.len() > 4 {
            return None;
        }
        sum += digits.parse::<i64>().ok()? * match c { 'h' => 3600, 'm' => 60, _ => 1 };
        units = &units[at + 1..];
        digits.clear();
    }
    (digits.is_empty() && units.len() < 3).then_some(sum)
}

// problem: timer_seconds
// verdict: runtime_error: believes that every text is a number
fn timer_seconds(text: String) -> Option<i64> {
    let number = text.trim_end_matches(|c: char| !c.is_ascii_digit());
    Some(number.parse::<i64>().expect("a number"))
}

// problem: trip_speed
// verdict: passed
fn trip_speed(legs: Vec<(f64, f64)>) -> f64 {
    let length: f64 = legs.iter().map(|leg| leg.0).sum();
    let hours: f64 = legs.iter().map(|(kilometres, speed)| kilometres / speed).sum();
    if hours == 0.0 { 0.0 } else { length / hours }
}

// problem: trip_speed
// verdict: wrong_answer: a trip without a length has no number
fn trip_speed(legs: Vec<(f64, f64)>) -> f64 {
    let length: f64 = legs.iter().map(|leg| leg.0).sum();
    length / legs.iter().map(|leg| leg.0 / leg.1).sum::<f64>()
}

// problem: word_index
// verdict: passed
use std::collections::BTreeMap;
fn word_index(pages: Vec<String>) -> BTreeMap<String, Vec<i32>> {
    let mut index: BTreeMap<String, Vec<i32>> = BTreeMap::new();
    for (number, page) in (1..).zip(&pages) {
        let lower = page.to_lowercase();
        for word in lower.split(|c: char| !c.is_ascii_lowercase()).filter(|it| it.len() > 2) {
            let places = index.entry(word.to_owned()).or_default();
            if places.last() != Some(&number) {
                places.push(number);
            }
        }
    }
    index
}

// problem: word_index
// verdict: wrong_answer: splits at spaces only
use std::collections::HashMap;
fn word_index(pages: Vec<String>) -> HashMap<String, Vec<usize>> {
    let mut index: HashMap<String, Vec<usize>> = HashMap::new();
    for (i, page) in pages.iter().enumerate() {
        for word in page.split(' ').filter(|it| it.len() > 2) {
            index.entry(word.to_lowercase()).or_default().push(i + 1);
        }
    }
    index
}

// problem: frame_sums
// verdict: passed
fn frame_sums(matrix: Vec<Vec<i64>>) -> Vec<i64> {
    let (height, width) = (matrix.len(), matrix.first().map_or(0, Vec::len));
    let mut sums = vec![0; (height.min(width) + 1) / 2];
    for (row, line) in matrix.iter().enumerate() {
        for (column, number) in line.iter().enumerate() {
            let frame = row.min(column).min(height - 1 - row).min(width - 1 - column);
            sums[frame] += number;
        }
    }
    sums
}

// problem: frame_sums
// verdict: runtime_error: knows squares only
fn frame_sums(matrix: Vec<Vec<i64>>) -> Vec<i64> {
    let size = matrix.len();
    let mut sums = vec![0; (size + 1) / 2];
    for row in 0..size {
        for column in 0..size {
            sums[row.min(column).min(size - 1 - row).min(size - 1 - column)] += matrix[row][column];
        }
    }
    sums
}

// problem: mask_number
// verdict: passed
fn mask_number(text: String, keep: i64) -> String {
    let mut left = text.chars().filter(|c| c.is_numeric()).count() as i64 - keep;
    let mask = |c: char| {
        if !c.is_numeric() {
            return c;
        }
        left -= 1;
        if left >= 0 { '#' } else { c }
    };
    text.chars().map(mask).collect()
}

// problem: mask_number
// verdict: compile_error: text has no places
fn mask_number(text: String, keep: i64) -> String {
    (0..text.len()).map(|i| if i as i64 >= keep { text[i] } else { '#' }).collect()
}

// problem: stone_path
// verdict: passed
fn stone_path(moss: Vec<i64>, leap: i64) -> Option<i64> {
    let mut costs: Vec<Option<i64>> = Vec::new();
    for (place, &slip) in moss.iter().enumerate() {
        let from = place.saturating_sub(leap as usize);
        let before = if place == 0 { Some(0) } else { costs[from..].iter().flatten().min().copied() };
        costs.push(before.filter(|_| slip >= 0).map(|cost| cost + slip));
    }
    *costs.last().unwrap()
}

// problem: stone_path
// verdict: out_of_fuel: leaps back, so it never arrives
fn stone_path(moss: Vec<i64>, leap: i64) -> Option<i64> {
    let (mut place, mut sum) = (0_usize, 0_i64);
    while place < moss.len() + leap as usize {
        sum = sum.wrapping_add(moss[place % moss.len()]);
        place = if place % 2 == 0 { place + 1 } else { place - 1 };
    }
    Some(sum)
}

// problem: undo_notes
// verdict: passed
fn undo_notes(commands: Vec<String>) -> String {
    let (mut past, mut text, mut future) = (vec![], String::new(), vec![]);
    for command in commands {
        match command.as_str() {
            "undo" => {
                if let Some(before) = past.pop() {
                    future.push(std::mem::replace(&mut text, before));
                }
            }
            "redo" => {
                if let Some(after) = future.pop() {
                    past.push(std::mem::replace(&mut text, after));
                }
            }
            _ => {
                past.push(text.clone());
                future.clear();
                if let Some(more) = command.strip_prefix('+') {
                    text.push_str(more);
                } else {
                    let kept = text.chars().count().saturating_sub(command[1..].parse().unwrap());
                    text = text.chars().take(kept).collect();
                }
            }
        }
    }
    text
}

// problem: undo_notes
// verdict: wrong_answer: takes nothing back
fn undo_notes(commands: Vec<String>) -> String {
    commands.iter().filter_map(|command| command.strip_prefix('+')).collect()
}
