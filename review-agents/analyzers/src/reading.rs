//! Both versions of the changed files, read ahead while others are looked at.

use std::sync::Arc;
use std::sync::mpsc::SyncSender;

use review_core::{Answer, Cancel, ChangedFile, Fact, FileStatus, Query, Result, Side, SourceTree};

use crate::compare::Broken;
use crate::engine::Skip;
use crate::hygiene;
use crate::language::Language;
use crate::prose;

/// So many files are read at once; two such batches are in memory: one that is looked at, and the next. A tree gives files
/// of up to a few MiB only.
const BATCH: usize = 64;

pub(crate) type Text = Arc<str>;

/// One file's text in both versions, before it is parsed.
pub(crate) struct Job<'a> {
    pub(crate) file: &'a ChangedFile,
    pub(crate) head: Option<Text>,
    pub(crate) base: Option<Text>,
}

/// Some files that were read, and what was to be said of others.
#[derive(Default)]
pub(crate) struct Batch<'a> {
    pub(crate) jobs: Vec<Job<'a>>,
    pub(crate) skipped: Vec<(String, Skip)>,
    pub(crate) left_alone: Vec<(String, &'static str)>,
    pub(crate) broken: Vec<Broken>,
}

/// Reads the files batch by batch, until all are read, reading fails, or nobody takes them any more.
pub(crate) fn read_all<'a>(
    files: &'a [ChangedFile],
    tree: &dyn SourceTree,
    cancel: &Cancel,
    to: &SyncSender<Result<Batch<'a>>>,
) {
    for files in files.chunks(BATCH) {
        let batch = read(files, tree, cancel);
        let failed = batch.is_err();
        if to.send(batch).is_err() || failed {
            return;
        }
    }
}

/// Reads both versions of some files. What can't be read is noted.
fn read<'a>(files: &'a [ChangedFile], tree: &dyn SourceTree, cancel: &Cancel) -> Result<Batch<'a>> {
    cancel.check()?;
    let regular = |mode: &Option<String>| mode.as_deref().unwrap_or("100644").starts_with("100");
    let wants_head = |file: &ChangedFile| file.status != FileStatus::Deleted && regular(&file.new_mode);
    let wants_base = |file: &ChangedFile| {
        file.status != FileStatus::Added
            && !file.binary
            && regular(&file.old_mode)
            && (Language::of_path(file.base_path()).is_some() || prose::is_text(file.base_path()))
    };
    let mut queries = Vec::new();
    for file in files {
        if wants_head(file) {
            queries.push(Query::file(Side::Head, &file.path));
        }
        if wants_base(file) {
            queries.push(Query::file(Side::Base, file.base_path()));
        }
    }
    let mut facts = tree.answer(&queries, cancel)?.into_iter();
    let mut batch = Batch::default();
    for file in files {
        let head = if wants_head(file) { facts.next() } else { None };
        let base = if wants_base(file) { facts.next() } else { None };
        let head = head.and_then(|fact| batch.head_text(file, fact));
        let base = base.and_then(|fact| fact.text).map(Text::from);
        if head.is_some() || base.is_some() {
            batch.jobs.push(Job { file, head, base });
        }
    }
    Ok(batch)
}

impl Batch<'_> {
    fn head_text(&mut self, file: &ChangedFile, fact: Fact) -> Option<Text> {
        let is_code = Language::of_path(&file.path).is_some();
        match (fact.answer, fact.text) {
            (_, Some(text)) => return Some(text.into()),
            (Answer::TooLarge { bytes }, _) => {
                hygiene::large(file, bytes, &mut self.broken);
                if !file.binary {
                    self.skipped.push((file.path.clone(), Skip::TooLarge(bytes)));
                }
            }
            (Answer::Unknown { reason }, _) => {
                self.skipped.push((file.path.clone(), Skip::Unreadable(reason)))
            }
            // Other files that are not text are none of the rules' business.
            (Answer::NotText { what }, _) if is_code && (file.binary || what == "binary") => {
                self.left_alone.push((file.path.clone(), "binary, although its name is that of code"));
            }
            (Answer::NotText { what }, _) if is_code => {
                self.skipped.push((file.path.clone(), Skip::NotText(what)));
            }
            _ => {}
        }
        None
    }
}
