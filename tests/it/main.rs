//! Stories: what somebody does, and what then holds.

mod support;
mod tidy;
mod window;
