//! Reads the arguments and starts.

fn main() {}
