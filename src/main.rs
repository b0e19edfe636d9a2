//! The program under its own name, to which `kubectl csr review` answers.

use std::process::ExitCode;

fn main() -> ExitCode {
    csr_review::main()
}
