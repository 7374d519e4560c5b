//! What the caller can say about a document before it is read.

use crate::format::Format;
use crate::scales::Tables;

/// How to read a document. [`IngestOptions::default`] reads anything.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct IngestOptions {
    /// Name of the reviewer; without one, the document's own name is kept.
    pub reviewer: Option<String>,
    /// Which pass, from 1; without one, the document's own is kept.
    pub pass: Option<u32>,
    /// The form, where the caller knows it; otherwise it is detected.
    pub format: Option<Format>,
    /// Absolute paths of checkouts that the agent may have worked in. They are cut from its paths.
    pub roots: Vec<String>,
    /// Words for severities, kinds, fields and sections.
    pub tables: Tables,
    /// Largest input that is read, in bytes. 64 MiB unless changed: a hundred times the largest review seen,
    /// small enough that a mistaken file does not fill the memory.
    pub max_bytes: usize,
}

impl Default for IngestOptions {
    fn default() -> Self {
        Self {
            reviewer: None,
            pass: None,
            format: None,
            roots: Vec::new(),
            tables: Tables::default(),
            max_bytes: 64 * 1024 * 1024,
        }
    }
}

impl IngestOptions {
    /// Options for a named reviewer's first pass.
    pub fn new(reviewer: impl Into<String>) -> Self {
        Self { reviewer: Some(reviewer.into()), ..Self::default() }
    }

    /// Sets the pass.
    #[must_use]
    pub fn with_pass(mut self, pass: u32) -> Self {
        self.pass = Some(pass);
        self
    }

    /// Sets the form instead of detecting it.
    #[must_use]
    pub fn with_format(mut self, format: Format) -> Self {
        self.format = Some(format);
        self
    }

    /// Adds the absolute path of a checkout.
    #[must_use]
    pub fn with_root(mut self, root: impl Into<String>) -> Self {
        self.roots.push(root.into());
        self
    }

    /// Replaces the word tables.
    #[must_use]
    pub fn with_tables(mut self, tables: Tables) -> Self {
        self.tables = tables;
        self
    }

    /// Sets the largest input that is read.
    #[must_use]
    pub fn with_max_bytes(mut self, max_bytes: usize) -> Self {
        self.max_bytes = max_bytes;
        self
    }
}
