//! Identity-lifecycle workflows: drawn on a canvas, run in the background, recorded for audit.
//!
//! # Bird's eye view
//!
//! Everything that changes goes through [`command::apply`]: it writes the change, its audit entry
//! and what it led to in one transaction of the [`store`]. A workflow is a value
//! ([`model::definition::Definition`]), and so is what a run of it decides ([`model::plan`]): the
//! same walk that changes a user also answers what *would* happen. The [`ui`], the [`portal`] and
//! the [`cli`] send commands and read; they never call each other, but meet in the store, so they
//! can live in one process or in several.
//!
//! A registration, from the click to the history: the sign-up page or the Users screen sends
//! [`command::Command::Register`]. In one transaction on the writing thread, the gate walks every
//! active registration workflow up to its Event; if one lets the user pass (or none is active) the
//! user is created, the tasks of every workflow that passed are planned and performed, and the
//! event, the executions with their steps, and the audit entry are stored. The commit raises the
//! store's revision: the window repaints and fetches new rows, the engine looks what is due.
//!
//! An update goes the same way, from "My profile", the Users screen, SCIM or a provider:
//! [`command::Command::UpdateUser`] writes it, and what waits for it runs in the same transaction,
//! with the user before and after in the event. What an execution changes raises no event.
//!
//! A mail is made and queued in the transaction of what it tells of, and goes its own way from
//! there: the engine hands it to a mail server, again and again if it has to, and writes down what
//! became of it. It is queued once; what the outside world makes of it, only its Message-ID can tell.
//!
//! # Code map
//!
//! Modules are listed in reading order; a module may use only the modules above it (checked by
//! `tests/it/tidy.rs`).
//!
//! * [`model`]: what users, workflows and executions *are*, and every rule about them.
//!   **Invariant:** no I/O, no clock, no randomness, no async.
//! * [`clock`]: the only place that reads the time.
//! * [`store`]: the SQLite file. **Invariants:** it writes only inside [`store::Store::write`]; what
//!   that returned `Ok` for is on disk; reading never waits for writing.
//! * [`command`]: every change that a person or program can ask for. **Invariant:** a refused
//!   command leaves no trace but the audit entry that says so.
//! * [`connect`]: other servers: the providers through which people sign in, and the mail server. **Invariant:**
//!   every question ends in time, and goes only where an admin wants it to.
//! * [`engine`]: the background loop. **Invariant:** a tick with nothing to do writes nothing.
//! * [`portal`]: the web pages, and SCIM for other programs. **Invariant:** who is asking shows in the
//!   route's signature.
//! * [`runtime`]: engine and portal of one data folder. **Invariant:** of all processes that use a
//!   folder, only the one that holds the lease runs them.
//! * [`ui`]: the desktop window. **Invariant:** a frame never waits.
//! * [`cli`]: the same commands without a window.
//!
//! # Why it is so
//!
//! * *One writing thread.* SQLite has one writer anyway. A thread that runs all waiting writes under
//!   one commit turns many `fsync`s into one, and needs no locks.
//! * *Tasks run in the transaction of what started them.* A user is never seen without the groups that
//!   the workflow gives, a crash leaves all of it or nothing, two updates of one user run in order,
//!   and who is answered finds the execution in the history.
//! * *Steps are one JSON column.* They are always read together, and rows would cost more than they
//!   say.
//! * *Everyone's group is not stored.* That every user is in `DEFAULT` cannot be wrong if nobody
//!   writes it down.
//! * *The canvas is ours, on egui's painter.* It is what the program is for; ready-made node editors
//!   keep a graph of their own beside ours, and blur text when zoomed.
//! * *Numbers identify things, drawn by SQLite and never reused.* They are small, ordered, and need
//!   no second index.

pub mod model;

pub mod clock;
pub mod store;

pub mod command;

pub mod connect;

pub mod engine;
pub mod portal;

pub mod runtime;
pub mod ui;

pub mod cli;
