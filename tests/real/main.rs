//! Tenure against the real things: a browser, a desktop, and its own compiled program.
//!
//! Nothing is skipped when a program is missing: the test fails and says that `packaging/test` installs it. Programs
//! that weigh much run one test at a time ([`support::turn::Turn`]).

mod account;
mod crowd;
mod rig;
mod scim;
mod sign_on;
mod signup;
mod smtp;
mod support;
mod visitor;
mod window;
