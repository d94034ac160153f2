//! The window, used by the names that assistive technology reads out.

mod main_job;
