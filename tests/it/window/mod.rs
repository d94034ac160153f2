//! The window, used by the names that assistive technology reads out.

mod appearance;
mod compare;
mod connections;
mod drawer;
mod drawing;
mod editor;
mod first_chapter;
mod handbook;
mod hands;
mod history;
mod layout;
mod main_job;
mod overview;
mod palette;
mod settings;
mod snapshots;
mod stores;
mod sweeps;
mod tokens;
mod trial;
mod updates;
mod user_accounts;
mod users;
mod welcome;
mod workflows;
