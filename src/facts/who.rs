//! Who may decide.
