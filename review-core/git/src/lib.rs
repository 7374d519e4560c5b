//! ChangeSet and SourceTree from any git repository, and isolated checkouts.
