//! A pull request as the subject of a session: fetched, with what was said about it and what earlier rounds found.

use review_core::{Cancel, ChangeNotes, Cx, Error, ErrorKind, Repository, Result, Review, Side};
use review_forge::rounds::{Earlier, Permissions, earlier, voices};
use review_forge::{ChangeAddress, ChangeRequest, Discussion, Forge};
use review_git::{ChangeOptions, Comparison, GitRepository, OpenOptions, Remote};

use crate::Session;

/// A pull request with everything that is known of it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PullRequest {
    /// Where it is.
    pub address: ChangeAddress,
    /// What the forge tells of it.
    pub request: ChangeRequest,
    /// What was said about it.
    pub said: Discussion,
    /// The round before this one.
    pub earlier: Earlier,
    /// Its commits.
    pub comparison: Comparison,
}

impl PullRequest {
    /// Reads a pull request and fetches its commits.
    ///
    /// Where `clone` has the commits, nothing is fetched; otherwise what it has is not sent again. The clone itself stays as it is: what
    /// is fetched goes into a private repository that is gone with the returned value. Without a clone, everything is fetched.
    ///
    /// # Errors
    /// What the forge and git say; `InvalidInput` when the forge names a place to fetch from that is not its own.
    ///
    /// # Cancellation
    /// Returns `Cancelled` soon after `cx.cancel` is raised.
    pub async fn read(
        forge: &dyn Forge,
        address: &ChangeAddress,
        clone: Option<GitRepository>,
        cx: Cx,
    ) -> Result<Self> {
        let request = forge.change(address.number, cx.clone()).await?;
        let said = forge.discussion(&request, cx.clone()).await?;
        let mut permissions = Permissions::new();
        for login in voices(&said) {
            let permission = forge.permission(&login, cx.clone()).await?;
            permissions.insert(login, permission);
        }
        let earlier = earlier(&said, &permissions);
        let authorization = forge.git_authorization(cx.clone()).await?;
        let comparison = {
            let (request, address, cancel) = (request.clone(), address.clone(), cx.cancel.clone());
            let reviewed = earlier.report.as_ref().and_then(|report| report.change.head.clone());
            tokio::task::spawn_blocking(move || {
                compare(&request, &address, clone, authorization, reviewed.as_deref(), &cancel)
            })
            .await
            .map_err(|error| Error::new(ErrorKind::Internal, "fetching panicked").with_source(error))??
        };
        Ok(Self { address: address.clone(), request, said, earlier, comparison })
    }

    /// A session over the pull request, with its description and discussion, and with the earlier round and what people answered to
    /// it.
    ///
    /// # Errors
    /// When git can't tell the difference between the two versions.
    pub fn session(&self) -> Result<Session> {
        let mut session = Session::compare(self.comparison.clone())?
            .with_notes(self.notes())
            .of_pull_request(self.repository(), &self.request.head.branch);
        if let Some(report) = &self.earlier.report {
            session = session.with_previous(report.clone());
        }
        if let Some(resolution) = &self.earlier.resolution {
            session = session.with_resolution(resolution.clone());
        }
        Ok(session)
    }

    /// The head that was reviewed before, if its commit is there.
    pub fn reviewed_head(&self, cancel: &Cancel) -> Option<String> {
        let head = self.earlier.report.as_ref()?.change.head.clone()?;
        self.comparison.repository().has_commit(&head, cancel).ok()?.then_some(head)
    }

    /// What git does not know of the change.
    pub fn notes(&self) -> ChangeNotes {
        self.request.notes(&self.said)
    }

    /// The other accounts that reviewed, and are programs by their names, each once and ordered.
    pub fn reviewing_programs(&self) -> Vec<String> {
        let reviews = self.said.reviews.iter().map(|review| &review.author);
        let threads = self.said.threads.iter().filter_map(|thread| Some(&thread.comments.first()?.author));
        let mut logins: Vec<String> = reviews
            .chain(threads)
            .filter(|login| login.ends_with("[bot]") && !self.said.is_ours(login))
            .cloned()
            .collect();
        logins.sort();
        logins.dedup();
        logins
    }

    /// What an account said in its threads and reviews, read as the review of a reviewer. Threads that are closed are left out; `None`
    /// when there is nothing else.
    ///
    /// # Errors
    /// When what it said can't be read as a review.
    pub fn review_of(&self, login: &str) -> Result<Option<Review>> {
        let open = self.said.threads.iter().filter(|thread| !thread.resolved);
        let comments: Vec<serde_json::Value> = open
            .filter_map(|thread| {
                Some((thread, thread.comments.first().filter(|first| first.author == login)?))
            })
            .map(|(thread, first)| {
                serde_json::json!({
                    "path": thread.path,
                    "start_line": thread.lines.map(|lines| lines.start),
                    "line": thread.lines.map(|lines| lines.end),
                    "side": if thread.side == Some(Side::Base) { "LEFT" } else { "RIGHT" },
                    "body": first.body,
                })
            })
            .collect();
        let reviews = self.said.reviews.iter().filter(|review| review.author == login && !review.pending);
        let bodies: Vec<&str> =
            reviews.map(|review| review.body.as_str()).filter(|body| !body.trim().is_empty()).collect();
        let name = login.strip_suffix("[bot]").unwrap_or(login);
        let options = review_ingest::IngestOptions::new(name);
        let review = match (comments.is_empty(), bodies.is_empty()) {
            (true, true) => return Ok(None),
            (true, false) => review_ingest::ingest(bodies.join("\n\n").as_bytes(), &options)?,
            (false, _) => {
                let document = serde_json::json!({ "summary": bodies.join("\n\n"), "comments": comments });
                review_ingest::ingest(document.to_string().as_bytes(), &options)?
            }
        };
        Ok(Some(review))
    }

    fn repository(&self) -> Repository {
        let ChangeAddress { kind, web, project, .. } = &self.address;
        let mut repository =
            Repository::default().with_name(project.as_str()).with_url(format!("{web}/{project}"));
        repository.forge = Some(kind.as_str().to_owned());
        repository
    }
}

/// The two versions, fetched where the clone lacks them.
fn compare(
    request: &ChangeRequest,
    address: &ChangeAddress,
    clone: Option<GitRepository>,
    authorization: Option<String>,
    reviewed: Option<&str>,
    cancel: &Cancel,
) -> Result<Comparison> {
    let repository = match clone {
        Some(clone) => clone,
        None => GitRepository::empty(&OpenOptions::default(), cancel)?,
    };
    let (head, base) = (&request.head.commit, &request.base.commit);
    let has_both = repository.has_commit(head, cancel)? && repository.has_commit(base, cancel)?;
    let mut base = base.clone();
    if !has_both || repository.is_shallow() {
        let mut remote = Remote::new(fetch_url(request, address)?)?;
        if let Some(value) = authorization {
            remote = remote.with_authorization(value);
        }
        // The head that was reviewed before may be gone from every branch. Forges keep it for long; one that has not costs nothing.
        if let Some(id) = reviewed.filter(|id| *id != head) {
            match repository.fetch(&remote, &[id], cancel) {
                Err(error) if error.is_cancelled() => return Err(error),
                _ => {}
            }
        }
        let references = [request.fetch.head.as_str(), request.fetch.base.as_str()];
        match repository.fetch(&remote, &references, cancel)?.as_slice() {
            [fetched, tip] if fetched == head => {
                // The forge's base is the branch's tip at some time; the newest one may contain it, or may have been rewritten.
                if !repository.has_commit(&base, cancel)? {
                    base.clone_from(tip);
                }
            }
            _ => {
                return Err(Error::new(
                    ErrorKind::Unavailable,
                    "the pull request was pushed to while it was read; try again",
                )
                .with_context("head", head));
            }
        }
    }
    let mut options = ChangeOptions::range(&base, head);
    if repository.merge_base(&base, head, cancel)?.is_none() {
        if repository.is_shallow() {
            return Err(Error::new(
                ErrorKind::NotFound,
                "the clone is shallow and lacks the commit from which the pull request starts; fetch more of it",
            ));
        }
        // Unrelated histories are compared as they are.
        options = options.directly();
    }
    repository.compare(&options, cancel)
}

/// Where to fetch from: the forge's own answer, if it names the place that the user named. An answer that leads elsewhere would
/// carry the token there.
fn fetch_url(request: &ChangeRequest, address: &ChangeAddress) -> Result<String> {
    let named = format!("{}/{}.git", address.web, address.project);
    let answered = request.fetch.url.as_str();
    let place = |url: &str| {
        let (scheme, rest) = url.split_once("://")?;
        Some(format!("{scheme}://{}", rest.split('/').next()?.to_ascii_lowercase()))
    };
    let loopback = {
        let host = address.web.split("://").nth(1).unwrap_or_default();
        let host = host.rsplit_once(':').map_or(host, |(host, _)| host);
        host == "localhost" || host.parse::<std::net::Ipv4Addr>().is_ok_and(|ip| ip.is_loopback())
    };
    if answered.is_empty() {
        Ok(named)
    } else if place(answered) == place(&named) || loopback {
        Ok(answered.to_owned())
    } else {
        Err(Error::new(ErrorKind::InvalidInput, "the forge names another place to fetch from than its own")
            .with_context("forge", &address.web)
            .with_context("fetch from", answered))
    }
}
