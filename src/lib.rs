//! Identity-lifecycle workflows: drawn on a canvas, run in the background, recorded for audit.

pub mod model;

pub mod clock;
pub mod store;

pub mod command;

pub mod portal;

pub mod ui;

pub mod cli;
