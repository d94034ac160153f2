//! Tenure: the window, and the same commands without it.

use std::process::ExitCode;

/// Requests are read on one thread and written down on another: an allocator that takes memory back
/// from other threads cheaply.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    tenure::cli::main(std::env::args_os())
}
