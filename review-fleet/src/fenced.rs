//! A forge that is written to only as long as a lease holds.

use std::sync::Arc;

use async_trait::async_trait;
use deep_review::forge::{ChangeRequest, Discussion, Forge, ForgeCapabilities, ForgeKind, Permission, Write};
use deep_review::{Cx, Result};

use crate::Lease;

/// A forge behind a lease: an old worker that wakes up can read, and write nothing.
pub struct Fenced {
    forge: Arc<dyn Forge>,
    lease: Lease,
}

impl Fenced {
    /// Wraps `forge`.
    pub fn new(forge: Arc<dyn Forge>, lease: Lease) -> Self {
        Self { forge, lease }
    }
}

#[async_trait]
impl Forge for Fenced {
    fn kind(&self) -> ForgeKind {
        self.forge.kind()
    }

    async fn change(&self, number: u64, cx: Cx) -> Result<ChangeRequest> {
        self.forge.change(number, cx).await
    }

    async fn discussion(&self, request: &ChangeRequest, cx: Cx) -> Result<Discussion> {
        self.forge.discussion(request, cx).await
    }

    async fn capabilities(&self, cx: Cx) -> Result<ForgeCapabilities> {
        self.forge.capabilities(cx).await
    }

    async fn permission(&self, login: &str, cx: Cx) -> Result<Permission> {
        self.forge.permission(login, cx).await
    }

    async fn perform(&self, request: &ChangeRequest, write: &Write, cx: Cx) -> Result<()> {
        self.lease.check().await?;
        self.forge.perform(request, write, cx).await
    }

    async fn git_authorization(&self, cx: Cx) -> Result<Option<String>> {
        self.forge.git_authorization(cx).await
    }
}
