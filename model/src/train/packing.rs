//! A batch's items, divided into micro-batches of sequences of similar length.
//!
//! The division depends on the items and the token limit alone, never on the number of threads, and
//! so do the gradients.

/// Indices of the items of each micro-batch. `sizes[i]` are the lengths of item `i`'s sequences. A
/// micro-batch holds at most `limit` tokens, padding included, or a single item that is larger.
pub(super) fn micro_batches(sizes: &[Vec<usize>], limit: usize) -> Vec<Vec<usize>> {
    let longest = |item: usize| sizes[item].iter().copied().max().unwrap_or(0);
    let mut order: Vec<usize> = (0..sizes.len()).collect();
    // Longest first, so that the last, small micro-batches even out the threads' work.
    order.sort_by_key(|&item| (std::cmp::Reverse(longest(item)), item));
    let mut batches: Vec<Vec<usize>> = Vec::new();
    let (mut width, mut rows) = (0, 0);
    for item in order {
        let more = sizes[item].len();
        if batches.is_empty() || (rows + more) * width > limit {
            batches.push(Vec::new());
            (width, rows) = (longest(item), 0);
        }
        rows += more;
        batches.last_mut().expect("one was pushed").push(item);
    }
    batches
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn micro_batches_hold_every_item_once_and_stay_within_the_limit() {
        let sizes: Vec<Vec<usize>> = (0..50)
            .map(|i| vec![1 + (i * 37) % 90; 1 + i % 2])
            .collect();
        let batches = micro_batches(&sizes, 256);
        let mut seen: Vec<usize> = batches.concat();
        seen.sort_unstable();
        assert_eq!(seen, (0..50).collect::<Vec<_>>());
        for batch in &batches {
            let width = batch.iter().map(|&i| sizes[i][0]).max().unwrap();
            let rows: usize = batch.iter().map(|&i| sizes[i].len()).sum();
            assert!(width * rows <= 256);
        }
        let tokens: usize = sizes.iter().flatten().sum();
        assert!(
            batches.len() <= tokens / 256 + 4,
            "{} micro-batches",
            batches.len()
        );
    }

    #[test]
    fn an_item_above_the_limit_stands_alone() {
        assert_eq!(
            micro_batches(&[vec![10], vec![500], vec![10]], 100),
            [vec![1], vec![0, 2]]
        );
    }
}
