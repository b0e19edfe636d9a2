//! The same program under the name that `kubectl csr-review` looks for.

use std::process::ExitCode;

fn main() -> ExitCode {
    csr_review::main()
}
