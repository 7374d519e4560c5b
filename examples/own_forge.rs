//! A forge of your own: a board that holds one comment for each change. `cargo run --example own_forge --features forge`.
//!
//! An adapter translates; what is written, in which order, and whether it took, is decided for it. So the second call finds that
//! nothing is missing. `review_forge::conformance` tests an adapter further.

use std::sync::Mutex;
use std::time::Duration;

use async_trait::async_trait;
use deep_review::forge::{
    ChangeRequest, Comment, Discussion, Forge, ForgeCapabilities, ForgeKind, Permission, PublishOptions,
    Write, publish,
};
use deep_review::{Cx, Error, ErrorKind, Result, Session};
use review_testkit::{finding, review, scenario};

/// Who writes the comments.
const US: &str = "deep-review";

#[derive(Default)]
struct Board {
    comment: Mutex<Option<String>>,
}

#[async_trait]
impl Forge for Board {
    fn kind(&self) -> ForgeKind {
        ForgeKind::Gitea
    }

    async fn change(&self, number: u64, _: Cx) -> Result<ChangeRequest> {
        let mut request = ChangeRequest::default();
        request.number = number;
        request.head.commit = "c0ffee".to_owned();
        Ok(request)
    }

    async fn discussion(&self, _: &ChangeRequest, _: Cx) -> Result<Discussion> {
        let there = Discussion::default().with_viewer(US);
        let comment = self.comment.lock().map_err(|_| Error::new(ErrorKind::Internal, "a call panicked"))?;
        Ok(match comment.as_ref() {
            Some(body) => there.with_comment(Comment::new("1", US, body)),
            None => there,
        })
    }

    /// What it can't do is not planned. Without comments on lines (`with_max_inline(0)`) all findings stand in the summary.
    async fn capabilities(&self, _: Cx) -> Result<ForgeCapabilities> {
        let mut able = ForgeCapabilities::gitlab();
        (able.reviews, able.replies, able.resolve) = (false, false, false);
        (able.checks, able.statuses, able.file_comments) = (false, false, false);
        Ok(able)
    }

    async fn permission(&self, _: &str, _: Cx) -> Result<Permission> {
        Ok(Permission::Read)
    }

    async fn perform(&self, _: &ChangeRequest, write: &Write, _: Cx) -> Result<()> {
        match write {
            Write::CreateSummary { body } | Write::UpdateSummary { body, .. } => {
                let mut comment =
                    self.comment.lock().map_err(|_| Error::new(ErrorKind::Internal, "a call panicked"))?;
                *comment = Some(body.clone());
                Ok(())
            }
            other => Err(Error::new(ErrorKind::Unsupported, "the board has summaries only")
                .with_context("write", other.name())),
        }
    }

    async fn git_authorization(&self, _: Cx) -> Result<Option<String>> {
        Ok(None)
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let change = scenario().file("main.go", "", "package main\n");
    let said = review("claude")
        .with_finding(finding("I1 The package has no main function @ main.go:1 `package main`"));
    let outcome = Session::new(change.change().with_head("c0ffee"), change.tree())
        .consolidate(vec![said], Cx::detached())
        .await?;
    let board = Board::default();
    let options = PublishOptions::default().with_max_inline(0_usize).with_pace(Duration::ZERO);
    for time in ["first", "second"] {
        let published = publish(&board, 1, &outcome.report, &options, Cx::detached()).await?;
        println!("the {time} time: {} writes", published.made.len());
    }
    Ok(())
}
