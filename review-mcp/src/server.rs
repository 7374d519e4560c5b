//! The server: one client at a time, until it goes away.

use std::path::PathBuf;
use std::sync::Arc;

use deep_review::{Cancel, Error, ErrorKind, Result};
use rmcp::service::ServiceExt as _;
use tokio::io::{AsyncRead, AsyncWrite};

use crate::handler::Handler;
use crate::runs::Runs;
use crate::sessions::Sessions;
use crate::store::Store;
use crate::tools::Tools;

/// An MCP server over the review pipeline.
///
/// Its reports live in a folder, and outlive it.
pub struct Server {
    tools: Arc<Tools>,
}

impl Server {
    /// A server over these sessions that keeps its reports in `folder`, which is made where it is not there.
    ///
    /// # Errors
    /// When the folder can't be made.
    pub fn new(sessions: impl Sessions, folder: impl Into<PathBuf>) -> Result<Self> {
        let store = Arc::new(Store::open(folder.into())?);
        let runs = Runs::new(Arc::clone(&store));
        let tools = Tools { sessions: Box::new(sessions), store, runs };
        Ok(Self { tools: Arc::new(tools) })
    }

    /// Serves one client until it goes away or `cancel` is raised. Then the runs are cancelled, and what their reviewers
    /// delivered until then is written as reports before this returns.
    ///
    /// # Errors
    /// When the client does not speak the protocol.
    pub async fn serve<R, W>(self, (read, write): (R, W), cancel: Cancel) -> Result<()>
    where
        R: AsyncRead + Send + Unpin + 'static,
        W: AsyncWrite + Send + Unpin + 'static,
    {
        let protocol = |error: &dyn std::fmt::Display| {
            Error::new(ErrorKind::InvalidInput, format!("the client does not speak MCP: {error}"))
        };
        let service = tokio::select! {
            service = Handler::new(Arc::clone(&self.tools)).serve((read, write)) => service.map_err(|error| protocol(&error))?,
            () = cancel.cancelled() => return Ok(()),
        };
        let stop = service.cancellation_token();
        let ended = tokio::select! {
            ended = service.waiting() => ended.map(drop).map_err(|error| protocol(&error)),
            () = cancel.cancelled() => { stop.cancel(); Ok(()) }
        };
        self.tools.runs.finish().await;
        ended
    }
}
