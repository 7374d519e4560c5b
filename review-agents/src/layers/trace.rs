//! A span for each review.

use std::sync::Arc;

use async_trait::async_trait;
use review_core::{Cx, Layer, Result, Review, ReviewRequest, Reviewer, ReviewerInfo};
use tracing::Instrument as _;

/// Puts each review into a `tracing` span with the names of OpenTelemetry's conventions for generative AI: who was
/// asked, and what it used. No prompt, no code and no finding is in it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Trace;

impl Layer<dyn Reviewer> for Trace {
    fn layer(&self, inner: Arc<dyn Reviewer>) -> Arc<dyn Reviewer> {
        Arc::new(Traced { inner })
    }
}

struct Traced {
    inner: Arc<dyn Reviewer>,
}

#[async_trait]
impl Reviewer for Traced {
    fn info(&self) -> &ReviewerInfo {
        self.inner.info()
    }

    async fn review(&self, request: Arc<ReviewRequest>, cx: Cx) -> Result<Review> {
        let info = self.info();
        let span = tracing::info_span!(
            "review",
            gen_ai.operation.name = "invoke_agent",
            gen_ai.agent.name = info.name,
            gen_ai.provider.name = info.identity.provider,
            gen_ai.request.model = info.identity.model,
            gen_ai.response.model = tracing::field::Empty,
            gen_ai.usage.input_tokens = tracing::field::Empty,
            gen_ai.usage.output_tokens = tracing::field::Empty,
            review.pass = request.pass,
            review.completeness = tracing::field::Empty,
            review.findings = tracing::field::Empty,
            error.type = tracing::field::Empty,
        );
        let returned = self.inner.review(request, cx).instrument(span.clone()).await;
        let review = match &returned {
            Ok(review) => review,
            Err(error) => {
                span.record("error.type", tracing::field::debug(error.kind()));
                return returned;
            }
        };
        if let Some(model) = &review.identity.model {
            span.record("gen_ai.response.model", model.as_str());
        }
        if let Some(tokens) = review.usage.input_tokens {
            span.record("gen_ai.usage.input_tokens", tokens);
        }
        if let Some(tokens) = review.usage.output_tokens {
            span.record("gen_ai.usage.output_tokens", tokens);
        }
        span.record("review.completeness", review.completeness.as_str());
        span.record("review.findings", review.findings.len());
        returned
    }
}
