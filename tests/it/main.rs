//! Stories: what somebody does, and what then holds.

mod crash;
mod damage;
mod registration;
mod support;
mod tidy;
mod together;
mod window;
mod workflows;
