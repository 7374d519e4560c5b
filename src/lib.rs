//! Runs several AI code reviewers on one change and consolidates what they found into one report.
