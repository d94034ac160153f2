//! Stories: what somebody does, and what then holds.

mod cli;
mod portal;
mod registration;
mod support;
mod tidy;
mod window;
mod workflows;
