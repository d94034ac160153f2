//! Stories: what somebody does, and what then holds.

mod cli;
mod portal;
mod protection;
mod registration;
mod runtime;
mod support;
mod tidy;
mod window;
mod workflows;
