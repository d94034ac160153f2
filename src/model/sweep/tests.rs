//! Tables of what the tasks decide.
