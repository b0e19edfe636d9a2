//! What a person sees: escaped text, streams, colour, tables, JSON and YAML.

mod color;
pub mod detail;
mod duration;
mod escape;
pub mod json;
pub mod report;
mod rows;
mod stream;
mod table;
#[cfg(test)]
mod testing;
pub mod yaml;

pub use color::{ColorChoice, Env, Paintable, Painted, Tone, paint};
pub use duration::HumanDuration;
pub use escape::Escaped;
pub use rows::Rows;
pub use stream::{Buffer, Stream, Ui, is_closed_pipe};
pub use table::{Cell, Column, Table, Wrap};
