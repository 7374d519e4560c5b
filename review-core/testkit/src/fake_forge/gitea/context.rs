//! What every handler needs: who asks, for which repository, which page.

use serde_json::{Value, json};

use super::super::reply::{Answer, Reply};
use super::super::server::Request;
use super::super::state::{Pull, Repository, State};
use super::super::{Access, Right};

pub(super) struct Context<'a> {
    pub(super) state: &'a mut State,
    pub(super) request: &'a Request,
    pub(super) access: Access,
    pub(super) parameters: Vec<String>,
    pub(super) body: Value,
}

pub(super) fn error(status: u16, message: &str) -> Reply {
    Reply::new(status, json!({ "message": message, "url": "https://forge.invalid/api/swagger" }))
}

pub(super) fn not_found() -> Reply {
    error(404, "The target couldn't be found.")
}

/// Whose token the request carries. Without one, everything public may be read.
pub(super) fn authenticate(state: &State, request: &Request) -> Result<Access, Reply> {
    match request.token() {
        None => Ok(Access::user("").read_only().only_for(&[])),
        Some(token) => {
            let known = state.tokens.get(token).cloned();
            known.ok_or_else(|| error(401, "invalid username, password or token"))
        }
    }
}

impl Context<'_> {
    pub(super) fn parameter(&self, index: usize) -> &str {
        self.parameters.get(index).map_or("", String::as_str)
    }

    pub(super) fn number(&self, index: usize) -> Result<u64, Reply> {
        self.parameter(index).parse().map_err(|_| not_found())
    }

    pub(super) fn text(&self, field: &str) -> Option<String> {
        self.body.get(field).and_then(Value::as_str).map(str::to_owned)
    }

    pub(super) fn name(&self) -> String {
        format!("{}/{}", self.parameter(0), self.parameter(1))
    }

    /// The repository that the path is about; what may not be seen doesn't exist.
    pub(super) fn repository(&mut self) -> Result<&mut Repository, Reply> {
        let name = self.name();
        let reaches = self.access.reaches(&name);
        let known = self.state.repositories.get_mut(&name);
        known.filter(|known| !known.deleted && (reaches || !known.private)).ok_or_else(not_found)
    }

    pub(super) fn pull(&mut self) -> Result<&mut Pull, Reply> {
        let number = self.number(2)?;
        self.repository()?.pulls.get_mut(&number).ok_or_else(not_found)
    }

    pub(super) fn require(&mut self, right: Right) -> Result<(), Reply> {
        let name = self.name();
        self.repository()?;
        if self.access.login.is_empty() {
            return Err(error(401, "token is required"));
        }
        if self.access.may(right, &name) {
            return Ok(());
        }
        Err(error(403, "token does not have at least one of required scope(s)"))
    }

    /// One page of a list that is given whole.
    pub(super) fn paged(&self, items: Vec<Value>) -> Answer {
        let asked = |name: &str| self.request.query(name).and_then(|value| value.parse::<usize>().ok());
        let size = asked("limit").filter(|size| *size > 0).unwrap_or(30).min(50);
        let page = asked("page").unwrap_or(1).max(1);
        let total = items.len();
        let items: Vec<Value> = items.into_iter().skip((page - 1) * size).take(size).collect();
        let mut reply = Reply::ok(items.into()).header("x-total-count", total);
        if page * size < total {
            let url = format!("{}{}?limit={size}&page={}", self.state.url, self.request.route(), page + 1);
            reply = reply.header("link", format!("<{url}>; rel=\"next\""));
        }
        Ok(reply)
    }
}
