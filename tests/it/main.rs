//! Stories: what somebody does, and what then holds.

mod audit;
mod cli;
mod crash;
mod damage;
mod mail_server;
mod mails;
mod outbox;
mod past;
mod people;
mod portal;
mod posting;
mod protection;
mod recycle_bin;
mod registration;
mod runtime;
mod sharing;
mod sign_in;
mod stuck;
mod support;
mod sweeps;
mod tidy;
mod together;
mod updates;
mod window;
mod workflows;
