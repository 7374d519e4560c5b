//! `POST /webhooks/{forge}`: checked, kept, and answered; the forge is not asked anything meanwhile.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use deep_review::forge::event::{self, ForgeEvent, Happened};
use deep_review::forge::trigger::{Asked, asked};
use deep_review::forge::{ChangeAddress, ForgeKind};
use deep_review::{Error, ErrorKind, Result};
use sha2::{Digest as _, Sha256};

use super::{Shared, signature};
use crate::records::now_ms;
use crate::{ChangeKey, Job, Priority, Submitted};

/// Largest body. GitHub's are at most 25 MB.
const MAX_BODY: usize = 25 << 20;
/// How long a forge may take to send a body.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);

type Answer = (StatusCode, String);

pub(super) async fn receive(
    State(shared): State<Arc<Shared>>,
    Path(forge): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    let (result, answer) = match take(&shared, &forge, &headers, body).await {
        Ok((result, text)) => (result, (StatusCode::ACCEPTED, text)),
        Err((result, status, text)) => (result, (status, text)),
    };
    shared.hands.metrics.count("webhooks_total", "result", result, 1);
    answer
}

type Refused = (&'static str, StatusCode, String);

async fn take(
    shared: &Shared,
    forge: &str,
    headers: &HeaderMap,
    body: Body,
) -> std::result::Result<(&'static str, String), Refused> {
    let refused = |result, status, text: &str| (result, status, format!("{text}\n"));
    let kind = ForgeKind::from_name(forge)
        .ok_or_else(|| refused("refused", StatusCode::NOT_FOUND, "there is no such forge"))?;
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let unsigned = || refused("unsigned", StatusCode::UNAUTHORIZED, "the signature is missing or wrong");
    let given = text(signature::header(kind));
    let sources = || shared.sources.iter().filter(|source| source.kind() == kind);
    if given.is_empty() || sources().next().is_none() {
        return Err(unsigned());
    }
    let slow = || refused("refused", StatusCode::REQUEST_TIMEOUT, "the body took too long");
    let received = async {
        // Bounds the memory that bodies take, whoever sends them.
        let _permit = shared.bodies.acquire().await.ok()?;
        Some(to_bytes(body, MAX_BODY).await)
    };
    let body = match tokio::time::timeout(BODY_TIMEOUT, received).await {
        Ok(Some(Ok(body))) => body,
        Ok(Some(Err(_))) => {
            return Err(refused(
                "too_large",
                StatusCode::PAYLOAD_TOO_LARGE,
                "the body is larger than 25 MiB, or broke off",
            ));
        }
        Ok(None) | Err(_) => return Err(slow()),
    };
    let source =
        sources().find(|source| source.secret().verifies(kind, &body, given)).ok_or_else(unsigned)?;

    let name = event_name(kind, &text);
    let ids = delivery_ids(kind, &name, &body, &text);
    if ids.iter().any(|id| shared.seen.contains(id)) {
        return Ok(("repeated", "this delivery came in before\n".to_owned()));
    }
    let event = match event::read(kind, &name, &body) {
        Ok(Some(event)) => event,
        Ok(None) => {
            let shown: String = name.chars().take(60).collect();
            return Ok((
                "ignored",
                format!("ignored: the event `{}` starts nothing\n", shown.escape_debug()),
            ));
        }
        Err(error) => return Err(("broken", StatusCode::BAD_REQUEST, format!("{error}\n"))),
    };
    let address = source
        .address_of(&event)
        .map_err(|error| ("broken", StatusCode::BAD_REQUEST, format!("{error}\n")))?;
    if !shared.allowed.allows(&address) {
        return Err(refused(
            "not_allowed",
            StatusCode::FORBIDDEN,
            "this repository is not on the list of the service's operator",
        ));
    }
    let all = match asked(&event, &shared.hands.triggers) {
        Ok(all) => all,
        Err(reason) => return Ok(("ignored", format!("ignored: {reason}\n"))),
    };
    match keep(shared, &address, &event, &name, &body, all).await {
        Ok(said) => {
            ids.iter().for_each(|id| shared.seen.remember(id));
            Ok(("taken", format!("{said}\n")))
        }
        Err(error) => {
            (shared.hands.log)(&format!("an event could not be kept: {error}"));
            Err(refused(
                "not_kept",
                StatusCode::SERVICE_UNAVAILABLE,
                "the event could not be kept; send it again later",
            ))
        }
    }
}

/// Keeps what is asked for on disk.
async fn keep(
    shared: &Shared,
    address: &ChangeAddress,
    event: &ForgeEvent,
    name: &str,
    body: &[u8],
    all: Vec<Asked>,
) -> Result<&'static str> {
    let mut said = "nothing to do";
    let mut inbox = false;
    for one in all {
        match one {
            Asked::Review { by_person: false, .. } => {
                let job = Job::new(address, Priority::Event, now_ms()).with_head(event.head.clone());
                said = match shared.hands.dispatcher.submit(job).await? {
                    Submitted::Queued => "a review is queued",
                    Submitted::Merged => "a review was queued already",
                    Submitted::Superseding => "the review of an older head was ended for this one",
                    Submitted::Running => "this head is being reviewed",
                };
            }
            Asked::Stop => {
                shared.hands.dispatcher.stop(&ChangeKey::new(address)).await?;
                said = "what waited or ran for it was ended";
            }
            // Everything else needs the forge.
            _ => inbox = true,
        }
    }
    if inbox {
        let body = std::str::from_utf8(body).map_err(|error| {
            Error::new(ErrorKind::InvalidInput, "the event is no text").with_source(error)
        })?;
        let unique = match &event.what {
            Happened::Commented { id, .. } => format!("comment {id}"),
            _ => format!("{name} {}", hex(body.as_bytes())),
        };
        said = if shared.inbox.keep(address, name, body, &unique)? {
            "what it asks for is looked into"
        } else {
            "this was asked before"
        };
    }
    Ok(said)
}

fn event_name<'h>(kind: ForgeKind, text: &dyn Fn(&str) -> &'h str) -> String {
    let names: &[&str] = match kind {
        ForgeKind::Github => &["x-github-event"],
        ForgeKind::Gitlab => &["x-gitlab-event"],
        // The second one tells less.
        _ => &["x-gitea-event-type", "x-gitea-event"],
    };
    names.iter().map(|name| text(name)).find(|name| !name.is_empty()).unwrap_or_default().to_owned()
}

/// What a delivery is known by: the forge's id, and, since no signature covers that, its content.
fn delivery_ids<'h>(kind: ForgeKind, name: &str, body: &[u8], text: &dyn Fn(&str) -> &'h str) -> Vec<String> {
    let header = match kind {
        ForgeKind::Github => "x-github-delivery",
        ForgeKind::Gitlab => "idempotency-key",
        _ => "x-gitea-delivery",
    };
    let mut ids = vec![format!("{kind} {name} {}", hex(body))];
    let id: String = text(header).chars().take(100).collect();
    if !id.is_empty() {
        ids.push(format!("{kind} {id}"));
    }
    ids
}

fn hex(body: &[u8]) -> String {
    Sha256::digest(body).iter().map(|byte| format!("{byte:02x}")).collect()
}
