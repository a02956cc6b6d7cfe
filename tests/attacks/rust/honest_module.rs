// language: rust
// problem: code/total, values/total
// idea: honest: a module and paths from the root
// verdict: passed

mod sums {
    pub trait Sum {
        fn sum_up(&self) -> i64;
    }
    impl Sum for Vec<i64> {
        fn sum_up(&self) -> i64 {
            self.iter().sum()
        }
    }
}
use crate::sums::Sum;
fn total(numbers: Vec<i64>) -> i64 {
    numbers.sum_up()
}
