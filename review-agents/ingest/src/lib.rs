//! Any review in, typed and lossless out.
//!
//! [`ingest`] takes the bytes that an agent, a tool or a person wrote and returns a
//! [`Review`](review_core::Review): findings, the other sections, and an exact count of the lines that were
//! understood. What can't be typed is kept under `sections.unplaced` with its line number, never dropped.
//!
//! ```
//! use review_ingest::{IngestOptions, ingest};
//!
//! let text = "## Findings\n\n### Important Issues\n\n1. **Lock held over a send** — `net/pool.rs:40-52` (important, regression)\n\nThe guard lives on.\n";
//! let review = ingest(text.as_bytes(), &IngestOptions::new("claude"))?;
//! assert_eq!(review.findings[0].id, "I1");
//! assert_eq!(review.findings[0].locations[0].to_string(), "net/pool.rs:40-52");
//! assert_eq!(review.lines.unplaced, 0);
//! # Ok::<(), review_core::Error>(())
//! ```
//!
//! # Guarantees
//! Pure: no input or output, no clock, no randomness. Never panics, whatever the bytes. Time is linear in
//! the input, memory a small multiple of it. `lines.typed + lines.unplaced == lines.total`, always.

mod decode;
mod draft;
mod format;
mod ids;
mod json;
mod limits;
mod lines;
mod markdown;
mod none;
mod options;
mod own;
mod places;
mod read;
mod references;
mod scales;
mod signal;
mod text;
mod tools;
mod value;

pub use format::Format;
pub use options::IngestOptions;
pub use places::repair_paths;
pub use read::ingest;
pub use scales::{FieldName, KeyTable, Scale, SectionKind, SectionTable, Tables};
