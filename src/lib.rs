//! Tenure.
pub mod ui;
