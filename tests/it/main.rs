//! Stories: what somebody does, and what then holds.

mod registration;
mod support;
mod tidy;
mod window;
mod workflows;
