//! Micro-Python.
pub mod python;
pub mod value;
