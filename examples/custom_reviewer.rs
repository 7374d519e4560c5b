//! A reviewer of one's own, with the suite that says whether it is right: `cargo run --example custom_reviewer`.
//!
//! It reads each changed file from the source tree and reports added lines that hold a secret-looking word.

use std::sync::Arc;

use async_trait::async_trait;
use deep_review::{
    Capabilities, Category, Cx, Error, ErrorKind, Location, Query, Quote, RawFinding, Result, Review,
    ReviewRequest, Reviewer, ReviewerInfo, Severity, Side, SourceTree,
};
use review_testkit::{conformance, scenario};

struct SecretHunter {
    info: ReviewerInfo,
}

impl SecretHunter {
    fn new(name: &str) -> Self {
        let capabilities = Capabilities::default().with_needs_tree(true).with_deterministic(true);
        Self { info: ReviewerInfo::new(name).with_capabilities(capabilities) }
    }
}

#[async_trait]
impl Reviewer for SecretHunter {
    fn info(&self) -> &ReviewerInfo {
        &self.info
    }

    async fn review(&self, request: Arc<ReviewRequest>, cx: Cx) -> Result<Review> {
        // A failure is an error; the runner makes the failed review of it, so that it can't look like a clean one.
        let tree = request
            .tree
            .as_ref()
            .ok_or_else(|| Error::new(ErrorKind::Unsupported, "no source tree was given"))?;
        let queries: Vec<Query> =
            request.change.files.iter().map(|file| Query::file(Side::Head, &file.path)).collect();
        let facts = tree.answer(&queries, &cx.cancel)?;
        let mut review = Review::new(&self.info.name).with_pass(request.pass);
        for (file, fact) in request.change.files.iter().zip(facts) {
            for (line, number) in fact.text.unwrap_or_default().lines().zip(1..) {
                if line.contains("password =") && file.is_added_line(number) {
                    let label = format!("C{}", review.findings.len() + 1);
                    review.findings.push(
                        RawFinding::new("A password is in the source")
                            .with_id(label)
                            .with_severity(Severity::Critical)
                            .with_category(Category::Security)
                            .at(Location::line(&file.path, number))
                            // The quote lets the engine check the claim against the file.
                            .with_quote(Quote::new(line).with_path(&file.path).with_start_line(number)),
                    );
                }
            }
        }
        Ok(review)
    }
}

fn main() -> deep_review::Result<()> {
    let change = scenario().file("config.py", "host = 'a'\n", "host = 'a'\npassword = 'hunter2'\n");
    let request =
        ReviewRequest::new(change.change()).with_tree(Arc::new(change.tree()) as Arc<dyn SourceTree>);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    let suite = runtime.block_on(conformance::reviewer(|| Arc::new(SecretHunter::new("secrets")), request));
    println!("{}", suite.assert_conforms().table());

    let outcome = deep_review::Session::new(change.change(), change.tree())
        .with_reviewer(SecretHunter::new("secrets"))
        .run_blocking(Cx::detached())?;
    for finding in &outcome.report.findings {
        println!("{} {}", finding.id, finding.title);
    }
    Ok(())
}
