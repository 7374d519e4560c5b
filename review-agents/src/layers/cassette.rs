//! Records reviews, and plays them back.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use review_core::fingerprint::content_hash;
use review_core::{
    Cx, Document as _, Error, ErrorKind, Event, Layer, Result, Review, ReviewRequest, Reviewer, ReviewerInfo,
};

/// Largest recording that is read: 64 MiB.
const MAX_BYTES: u64 = 64 << 20;

/// Reviews in a folder, one file for each reviewer, pass and request.
///
/// For tests and demonstrations of programs that embed the pipeline: record once with a real backend, play back for ever
/// without key and network. A run's own record is kept by the [`Journal`](crate::Journal).
///
/// A request is recognised by its change, its diff and what was declined before; where the repository or the checkout lies
/// does not matter. Reviews that failed are not recorded.
#[derive(Clone, Debug)]
pub struct Cassette {
    folder: PathBuf,
    mode: Mode,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Record,
    Replay,
    Fill,
}

impl Cassette {
    /// Asks every time, and records.
    pub fn record(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into(), mode: Mode::Record }
    }

    /// Never asks: what is not recorded is a failed review.
    pub fn replay(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into(), mode: Mode::Replay }
    }

    /// Asks only for what is not recorded yet, and records it.
    pub fn fill(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into(), mode: Mode::Fill }
    }

    fn file(&self, name: &str, request: &ReviewRequest) -> PathBuf {
        let change = serde_json::to_string(&request.change).unwrap_or_default();
        let declined = format!("{:?}", request.declined);
        let diff: Vec<&str> = request.patches.iter().map(|patch| patch.text.as_str()).collect();
        let key = content_hash(&[name, &change, &diff.join("\n"), &declined], 16);
        let name: String = name
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' })
            .take(40)
            .collect();
        self.folder.join(format!("{name}-{}-{key}.json", request.pass))
    }
}

impl Layer<dyn Reviewer> for Cassette {
    fn layer(&self, inner: Arc<dyn Reviewer>) -> Arc<dyn Reviewer> {
        Arc::new(Recorded { inner, cassette: self.clone() })
    }
}

struct Recorded {
    inner: Arc<dyn Reviewer>,
    cassette: Cassette,
}

#[async_trait]
impl Reviewer for Recorded {
    fn info(&self) -> &ReviewerInfo {
        self.inner.info()
    }

    async fn review(&self, request: Arc<ReviewRequest>, cx: Cx) -> Result<Review> {
        cx.cancel.check()?;
        let name = &self.info().name;
        let file = self.cassette.file(name, &request);
        if self.cassette.mode != Mode::Record {
            match on_disk(file.clone(), |file| load(&file)).await {
                Err(error) if self.cassette.mode == Mode::Fill && error.kind() == ErrorKind::NotFound => {}
                loaded => return loaded,
            }
        }
        let review = self.inner.review(request, cx.clone()).await?;
        if review.is_complete() {
            let copy = review.clone();
            if let Err(error) = on_disk(file, move |file| save(&file, &copy)).await {
                cx.event(Event::Warning { text: format!("{name} was not recorded: {error}") });
            }
        }
        Ok(review)
    }
}

/// Reads or writes where blocking is allowed.
async fn on_disk<T: Send + 'static>(
    file: PathBuf,
    work: impl FnOnce(PathBuf) -> Result<T> + Send + 'static,
) -> Result<T> {
    tokio::task::spawn_blocking(move || work(file))
        .await
        .map_err(|error| Error::new(ErrorKind::Internal, "the disk's thread failed").with_source(error))?
}

fn load(file: &Path) -> Result<Review> {
    let located = |error: std::io::Error| Error::from(error).with_context("path", file.display());
    let size = std::fs::metadata(file)
        .map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => {
                Error::new(ErrorKind::NotFound, "no review of this request is recorded")
                    .with_context("path", file.display())
            }
            _ => located(error),
        })?
        .len();
    if size > MAX_BYTES {
        return Err(Error::new(ErrorKind::InvalidInput, "the recording is too large")
            .with_context("path", file.display()));
    }
    Review::from_json(&std::fs::read_to_string(file).map_err(located)?)
}

/// Whole or not at all.
fn save(file: &Path, review: &Review) -> Result<()> {
    let folder = file.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let unfinished = file.with_extension("json.tmp");
    std::fs::write(&unfinished, review.to_json()?)?;
    std::fs::rename(&unfinished, file)?;
    Ok(())
}
