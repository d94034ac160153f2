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
mod mail_settings;
mod main_job;
mod outbox;
mod palette;
mod settings;
mod snapshots;
mod stores;
mod templates;
mod tokens;
mod trial;
mod updates;
mod user_accounts;
mod users;
mod welcome;
mod workflows;
