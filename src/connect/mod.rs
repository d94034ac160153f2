//! The outside world: what Tenure asks of other servers.
//!
//! **Invariants:** everything here ends in time, takes a limited amount, and goes only to addresses
//! that an admin named or that follow from one. Nothing here knows of the store: what a server said
//! is handed back as a value.

pub mod oidc;
pub mod smtp;
