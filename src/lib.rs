//! Identity-lifecycle workflows: drawn on a canvas, run in the background, recorded for audit.

pub mod model;
pub mod ui;
