//! The window, used by the names that assistive technology reads out.

mod compare;
mod drawing;
mod editor;
mod handbook;
mod hands;
mod history;
mod main_job;
mod settings;
mod users;
mod welcome;
mod workflows;
