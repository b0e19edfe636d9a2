//! What a person sees: escaped text, streams, colour, tables.

mod color;
mod escape;
mod stream;

pub use color::{ColorChoice, Env, Paintable, Painted, Tone, paint};
pub use escape::Escaped;
pub use stream::{Buffer, Stream, Ui, is_closed_pipe};
