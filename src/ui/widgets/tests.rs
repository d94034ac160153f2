//! Widgets, used as a person or a screen reader uses them.
