//! ChangeSet and SourceTree from any git repository, and isolated checkouts.
//!
//! Everything is done by child processes of the `git` command line, so that every repository format that git
//! reads is read (sha256, reftable, shallow and partial clones, linked worktrees). Two rules make that safe:
//!
//! 1. **In the reviewed repository itself only references and plain settings are asked for** (`rev-parse`,
//!    `for-each-ref`, `symbolic-ref`, `config`), in a cleared environment and with every setting that names a
//!    program overridden.
//! 2. **Everything else runs in a private repository** in a scratch folder, which borrows the objects and has
//!    no configuration, attributes, hooks, grafts or replacements but our own. Uncommitted work is first
//!    written there as a commit, by way of a copy of the index, so that a working tree is read exactly as any
//!    other version.
//!
//! Git 2.39 (Debian 12) is the oldest version that is supported; opening a repository checks it.
//!
//! Nothing is ever fetched: in a partial clone, content that is not there is reported as unknown.
//! Attributes from the reviewed tree are not heeded for diffs and checkouts: a change must not be able to
//! declare its own files binary. What is binary is decided by content alone.
//!
//! ```no_run
//! use review_core::{Cancel, Query, Side, SourceTree};
//! use review_git::{ChangeOptions, GitRepository};
//!
//! # fn main() -> review_core::Result<()> {
//! let cancel = Cancel::new();
//! let repository = GitRepository::open(".", &cancel)?;
//! let comparison = repository.compare(&ChangeOptions::default(), &cancel)?;
//! let change = comparison.change_set(&cancel)?;
//! for file in &change.files {
//!     println!("{} {}", file.status, file.path);
//! }
//! let facts = comparison.tree().answer(&[Query::file(Side::Head, "README.md")], &cancel)?;
//! # let _ = facts; Ok(())
//! # }
//! ```

mod base;
mod blame;
mod borrowed;
mod changes;
mod checkout;
mod command;
mod comparison;
mod diff;
mod fetch;
mod history;
mod identity;
mod listing;
mod objects;
mod once;
mod options;
mod paths;
mod plain;
mod repository;
mod revision;
mod search;
mod snapshot;
#[cfg(feature = "testing")]
pub mod testing;
mod tree;

pub use base::BaseChoice;
pub use checkout::Checkout;
pub use comparison::{Comparison, Patch};
pub use diff::{ParsedDiff, parse_diff};
pub use fetch::Remote;
pub use options::{ChangeOptions, OpenOptions, Target};
pub use paths::{quote_path, unquote_path};
pub use repository::GitRepository;
pub use tree::GitTree;
