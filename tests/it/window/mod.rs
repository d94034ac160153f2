//! The window, used by the names that assistive technology reads out.

mod drawing;
mod editor;
mod handbook;
mod hands;
mod history;
mod layout;
mod main_job;
mod settings;
mod stores;
mod trial;
mod users;
mod welcome;
mod workflows;
