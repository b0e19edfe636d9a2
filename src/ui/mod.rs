//! What a person sees: escaped text, streams, colour, tables.
