//! Runs reviewers: drivers, layers, runner and journal.
