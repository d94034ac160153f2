//! `tenure demo`
use super::{
    failure::{Code, Failure},
    session::Session,
};
use clap::Args;
#[derive(Args)]
pub(super) struct Options {}
pub(super) fn run(_session: &mut Session, _options: &Options) -> Result<(), Failure> {
    Err(Failure::new(Code::Refused, "no"))
}
