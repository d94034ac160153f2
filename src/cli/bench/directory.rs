//! `tenure bench directory`.
use std::path::PathBuf;
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Where the store is, or is made
    #[arg(long, value_name = "FOLDER")]
    dir: PathBuf,
}
pub fn run(args: &Args) -> anyhow::Result<()> {
    drop(args.dir.clone());
    Ok(())
}
