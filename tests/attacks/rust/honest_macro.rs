// language: rust
// problem: code/total, values/total
// idea: honest: a macro and its own result type
// verdict: passed

macro_rules! add {
    ($a:expr, $b:expr) => { $a.checked_add($b).ok_or("too large") };
}
type Result<T> = std::result::Result<T, &'static str>;
fn checked(numbers: &[i64]) -> Result<i64> {
    numbers.iter().try_fold(0_i64, |sum, &n| add!(sum, n))
}
pub fn total(numbers: Vec<i64>) -> i64 {
    checked(&numbers).unwrap()
}
