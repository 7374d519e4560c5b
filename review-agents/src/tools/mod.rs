//! Read-only tools for a model without tools of its own: files, search, the diff and history of the reviewed change.
//!
//! Everything is asked of a [`SourceTree`](review_core::SourceTree), which looks paths up and opens nothing: absolute
//! paths, `..`, links and devices are simply not in it. So no checkout is needed, and nothing can be written. Further
//! folders ([`SourceTools::with_extra_dir`]) are read from disk, with the same rules checked there.
//!
//! | tool | what it shows |
//! |---|---|
//! | `read_file` | numbered lines of a file, at head or base |
//! | `list_files` | what is in a folder, or which paths match a pattern |
//! | `search` | lines that match a regular expression |
//! | `git_diff` | what the change did, whole or for one path |
//! | `git_log` | which commits touched a path |
//! | `git_show` | what a commit did |
//! | `git_blame` | which commit last touched each line |
//!
//! Every output is bounded and says what was left out. A call that can't be served is answered with the reason.

mod arguments;
mod clip;
mod folder_tree;
mod git_diff;
mod history;
mod list_files;
mod pattern;
mod read_file;
mod search;
mod source_tools;
mod specs;

pub use folder_tree::FolderTree;
pub use source_tools::SourceTools;
