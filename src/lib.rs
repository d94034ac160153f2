//! Identity-lifecycle workflows: drawn on a canvas, run in the background, recorded for audit.

pub mod model;

pub mod clock;
pub mod store;

pub mod command;

pub mod engine;
pub mod portal;

pub mod runtime;

pub mod ui;

pub mod cli;
