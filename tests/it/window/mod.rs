//! The window, used by the names that assistive technology reads out.

mod drawing;
mod editor;
mod hands;
mod main_job;
mod users;
mod workflows;
