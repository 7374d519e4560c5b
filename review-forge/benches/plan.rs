//! Planning a report of 1,000 findings on a change of 3,000 files: first round, and with every thread there already.
//!
//! `cargo bench -p review-forge --bench plan`

#![allow(clippy::unwrap_used, missing_docs, reason = "a benchmark")]

use divan::Bencher;
use review_core::{
    ChangedFile, ConsolidatedFinding, FileHunks, FileStatus, Hunk, HunkOp, Location, Report, ReviewerSummary,
    Severity, SourceId,
};
use review_forge::{Comment, Discussion, ForgeCapabilities, PublishOptions, Thread, Write, plan};

fn main() {
    divan::main();
}

fn report() -> Report {
    let mut report = Report::default();
    report.id = "20260101-000000-pr-7".to_owned();
    report.change.head = Some("1".repeat(40));
    report.reviewers.push(ReviewerSummary::new("claude"));
    for file in 0..3_000 {
        let path = format!("src/module{}/file{file}.rs", file % 40);
        report.change.files.push(ChangedFile::new(&path, FileStatus::Modified));
        let hunks = (0..4).map(|n| {
            Hunk::new(n * 50 + 1, n * 50 + 1, vec![HunkOp::Context(3), HunkOp::Add(5), HunkOp::Context(3)])
        });
        report.hunks.push(FileHunks::new(path, None, hunks.collect()));
    }
    for number in 0..1_000_u32 {
        let file = number * 3;
        let place = Location::lines(format!("src/module{}/file{file}.rs", file % 40), 4, 6);
        let id = format!("I{}", number + 1);
        let finding = ConsolidatedFinding::new(
            &id,
            Severity::Important,
            format!("Title of {id}"),
            SourceId::new("claude", 1, &id),
        )
        .with_fingerprint(format!("fp/v1:{number:032x}"))
        .with_body("It fails where the connection is closed while it is read; see `read_all`.")
        .at(place);
        report.findings.push(finding);
    }
    report
}

#[divan::bench]
fn first_round(bencher: Bencher<'_, '_>) {
    let report = report();
    let there = Discussion::default().with_viewer("us");
    let options = PublishOptions::default().with_max_inline(1_000_usize);
    bencher.bench(|| plan(&report, &there, &ForgeCapabilities::github(), &options));
}

#[divan::bench]
fn nothing_to_do(bencher: Bencher<'_, '_>) {
    let report = report();
    let options = PublishOptions::default().with_max_inline(1_000_usize);
    let mut there = Discussion::default().with_viewer("us");
    let first = plan(&report, &there, &ForgeCapabilities::github(), &options);
    for planned in first.writes {
        match planned.write {
            Write::Review { comments, .. } => {
                for (number, comment) in comments.into_iter().enumerate() {
                    there.threads.push(Thread::new(
                        number.to_string(),
                        Comment::new(number.to_string(), "us", comment.body),
                    ));
                }
            }
            Write::CreateSummary { body } => there.comments.push(Comment::new("s", "us", body)),
            _ => {}
        }
    }
    bencher.bench(|| plan(&report, &there, &ForgeCapabilities::github(), &options));
}
