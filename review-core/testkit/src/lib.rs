//! Builders, scripted backends and conformance suites for Deep Review.
