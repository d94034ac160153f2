//! Stories: what somebody does, and what then holds.

mod cli;
mod crash;
mod damage;
mod portal;
mod protection;
mod registration;
mod runtime;
mod support;
mod tidy;
mod together;
mod window;
mod workflows;
