//! Tenure: the window, and the same commands without it.

use std::process::ExitCode;

fn main() -> ExitCode {
    tenure::cli::main(std::env::args_os())
}
