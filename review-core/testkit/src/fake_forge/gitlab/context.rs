//! What every handler needs: who asks, for which project, which page.

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
    Reply::new(status, json!({ "message": message }))
}

/// A refusal before anything was looked at: the other of GitLab's two forms.
pub(super) fn failure(status: u16, message: &str) -> Reply {
    Reply::new(status, json!({ "error": message }))
}

/// Whose token the request carries. Without one, everything public may be read.
pub(super) fn authenticate(state: &State, request: &Request) -> Result<Access, Reply> {
    // The token of a job opens neither merge requests nor notes.
    if request.header("job-token").is_some() {
        return Err(error(401, "401 Unauthorized"));
    }
    match request.token() {
        None => Ok(Access::user("").read_only().only_for(&[])),
        Some(token) => state.tokens.get(token).cloned().ok_or_else(|| error(401, "401 Unauthorized")),
    }
}

impl Context<'_> {
    pub(super) fn parameter(&self, index: usize) -> &str {
        self.parameters.get(index).map_or("", String::as_str)
    }

    pub(super) fn number(&self, index: usize) -> Result<u64, Reply> {
        self.parameter(index).parse().map_err(|_| error(404, "404 Not found"))
    }

    /// A field of the body, or a parameter of the query, which are the same to GitLab.
    pub(super) fn text(&self, field: &str) -> Option<String> {
        match self.body.get(field) {
            Some(Value::String(text)) => Some(text.clone()),
            Some(Value::Bool(yes)) => Some(yes.to_string()),
            _ => self.request.query(field),
        }
    }

    /// The full name of the project that the path is about, which it tells by number or by name.
    pub(super) fn name(&self) -> Result<String, Reply> {
        let asked = self.parameter(0);
        let known = self.state.repositories.values();
        let mut known = known.filter(|known| known.name == asked || known.id.to_string() == asked);
        let seen =
            |known: &&Repository| !known.deleted && (!known.private || self.access.reaches(&known.name));
        let found = known.find(seen).map(|known| known.name.clone());
        found.ok_or_else(|| error(404, "404 Project Not Found"))
    }

    pub(super) fn project(&mut self) -> Result<&mut Repository, Reply> {
        let name = self.name()?;
        self.state.repositories.get_mut(&name).ok_or_else(|| error(404, "404 Project Not Found"))
    }

    pub(super) fn merge_request(&mut self) -> Result<&mut Pull, Reply> {
        let number = self.number(1)?;
        self.project()?.pulls.get_mut(&number).ok_or_else(|| error(404, "404 Not found"))
    }

    pub(super) fn require(&mut self, right: Right) -> Result<(), Reply> {
        let name = self.name()?;
        if self.access.login.is_empty() {
            return Err(error(401, "401 Unauthorized"));
        }
        if self.access.may(right, &name) {
            return Ok(());
        }
        let reads_only = self.access.writes.is_empty();
        // GitLab tells scopes and roles apart.
        Err(if reads_only { failure(403, "insufficient_scope") } else { error(403, "403 Forbidden") })
    }

    /// One page of a list that is given whole.
    pub(super) fn paged(&self, items: Vec<Value>) -> Answer {
        let asked = |name: &str| self.request.query(name).and_then(|value| value.parse::<usize>().ok());
        let size = asked("per_page").filter(|size| *size > 0).unwrap_or(20).min(100);
        let page = asked("page").unwrap_or(1).max(1);
        let total = items.len();
        let last = total.div_ceil(size).max(1);
        let page_or_none = |page: usize, is: bool| if is { page.to_string() } else { String::new() };
        let items: Vec<Value> = items.into_iter().skip((page - 1) * size).take(size).collect();
        Ok(Reply::ok(items.into())
            .header("x-page", page)
            .header("x-per-page", size)
            .header("x-total", total)
            .header("x-total-pages", last)
            .header("x-prev-page", page_or_none(page.saturating_sub(1), page > 1))
            .header("x-next-page", page_or_none(page + 1, page < last)))
    }
}
