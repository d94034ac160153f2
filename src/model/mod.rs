//! What users, workflows and executions *are*, and every rule about them.
//!
//! **Invariant:** no I/O, no clock, no randomness, no async. What a function needs to know is
//! handed to it, so every rule can be tested by a table.

pub mod id;
pub mod text;
pub mod token;

pub mod attribute;
pub mod group;
pub mod import;
pub mod password;
pub mod session;
pub mod settings;
pub mod smtp;
pub mod totp;
pub mod user;

pub mod connection;

pub mod condition;
pub mod difference;
pub mod event;
pub mod schedule;
pub mod sweep;
pub mod task;

pub mod arrange;
pub mod compare;
pub mod definition;
pub mod document;
pub mod draw;
pub mod fragment;
pub mod note;
pub mod problem;
pub mod version;

pub mod due;
pub mod effect;
pub mod execution;
pub mod guard;
pub mod plan;

pub mod audit;
pub mod mail;
pub mod retry;
pub mod template;

/// A moment, always in UTC; a person sees it in the time zone of the settings.
pub type Timestamp = chrono::DateTime<chrono::Utc>;
