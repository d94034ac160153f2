//! The window, used by the names that assistive technology reads out.

mod handbook;
mod history;
mod main_job;
mod settings;
mod welcome;
