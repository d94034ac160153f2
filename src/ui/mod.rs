//! The window.
//!
//! [`tokens`] holds every colour and size, [`theme`] gives them to egui, and [`widgets`] is what
//! screens are built from. None of these knows the model or the store. [`canvas`] draws and edits a workflow.

pub mod canvas;
pub mod fonts;
pub mod icon;
pub mod icons;
pub mod theme;
pub mod tokens;
pub mod widgets;
