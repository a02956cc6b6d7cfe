//! Runs untrusted source under limits and returns a record of what happened.
