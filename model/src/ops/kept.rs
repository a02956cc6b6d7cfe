//! What an operation's forward computed and its backward needs again.

use std::sync::{Mutex, PoisonError};

/// Nothing, or what the forward left. The backward takes it along, so that its memory is free when the
/// graph is still there; whoever finds nothing computes again.
pub(super) struct Kept<T>(Mutex<Option<T>>);

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self(Mutex::new(None))
    }
}

impl<T> Kept<T> {
    pub(super) fn keep(&self, value: T) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(value);
    }

    pub(super) fn take(&self) -> Option<T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}
