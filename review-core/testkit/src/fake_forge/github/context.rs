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
    let body = json!({
        "message": message,
        "documentation_url": "https://docs.github.com/rest",
        "status": status.to_string(),
    });
    Reply::new(status, body)
}

pub(super) fn not_found() -> Reply {
    error(404, "Not Found")
}

/// A refusal in the form that lists errors as texts.
pub(super) fn unprocessable(errors: &[&str]) -> Reply {
    let mut reply = error(422, "Unprocessable Entity");
    if let Some(body) = reply.body.as_mut().and_then(Value::as_object_mut) {
        body.insert("errors".to_owned(), json!(errors));
    }
    reply
}

/// Whose token the request carries. Without one, everything public may be read.
pub(super) fn authenticate(state: &State, request: &Request) -> Result<Access, Reply> {
    if request.header("user-agent").is_none_or(str::is_empty) {
        let text = "Request forbidden by administrative rules. Please make sure your request has a User-Agent header";
        return Err(error(403, text));
    }
    let Some(token) = request.token() else {
        return Ok(Access::user("").read_only().only_for(&[]));
    };
    // An app's own token, which only its own routes look at.
    if token.matches('.').count() == 2 {
        return Ok(Access::user("").read_only().only_for(&[]));
    }
    let access = state.tokens.get(token).cloned().ok_or_else(|| error(401, "Bad credentials"))?;
    let suspended = state.apps.iter().any(|app| app.suspended && app.access.login == access.login);
    if suspended {
        return Err(error(403, "This installation has been suspended"));
    }
    Ok(access)
}

impl Context<'_> {
    pub(super) fn parameter(&self, index: usize) -> &str {
        self.parameters.get(index).map_or("", String::as_str)
    }

    pub(super) fn number(&self, index: usize) -> Result<u64, Reply> {
        self.parameter(index).parse().map_err(|_| not_found())
    }

    /// The name of the repository that the path is about.
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

    /// The change that the path is about.
    pub(super) fn pull(&mut self) -> Result<&mut Pull, Reply> {
        let number = self.number(2)?;
        self.repository()?.pulls.get_mut(&number).ok_or_else(not_found)
    }

    /// Refuses a token that lacks all of these rights.
    pub(super) fn require(&mut self, rights: &[Right]) -> Result<(), Reply> {
        let name = self.name();
        self.repository()?;
        if self.access.login.is_empty() {
            return Err(error(401, "Requires authentication"));
        }
        if rights.iter().any(|right| self.access.may(*right, &name)) {
            return Ok(());
        }
        let kind = if self.access.app { "integration" } else { "personal access token" };
        Err(error(403, &format!("Resource not accessible by {kind}")))
    }

    pub(super) fn text(&self, field: &str) -> Option<String> {
        self.body.get(field).and_then(Value::as_str).map(str::to_owned)
    }

    /// The page that was asked for, of a list that is given whole.
    pub(super) fn page<T>(&self, items: Vec<T>) -> (Vec<T>, Option<String>) {
        let asked = |name: &str| self.request.query(name).and_then(|value| value.parse::<usize>().ok());
        // GitHub takes 100 for what is more, and 30 for nonsense.
        let size = asked("per_page").filter(|size| *size > 0).unwrap_or(30).min(100);
        let page = asked("page").unwrap_or(1).max(1);
        let last = items.len().div_ceil(size).max(1);
        let url = |page: usize| {
            let kept = self.request.path.split_once('?').map_or("", |(_, query)| query);
            let kept = kept.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("page="));
            let query: Vec<String> = kept.map(str::to_owned).chain([format!("page={page}")]).collect();
            format!("<{}{}?{}>", self.state.url, self.request.route(), query.join("&"))
        };
        let mut links = Vec::new();
        if page > 1 {
            links.push(format!("{}; rel=\"prev\"", url(page - 1)));
            links.push(format!("{}; rel=\"first\"", url(1)));
        }
        if page < last {
            links.push(format!("{}; rel=\"next\"", url(page + 1)));
            links.push(format!("{}; rel=\"last\"", url(last)));
        }
        let items = items.into_iter().skip((page - 1) * size).take(size).collect();
        (items, (!links.is_empty()).then(|| links.join(", ")))
    }

    /// One page of a list, with the links to the others.
    pub(super) fn paged(&self, items: Vec<Value>) -> Answer {
        let (items, link) = self.page(items);
        let reply = Reply::ok(items.into());
        Ok(match link {
            Some(link) => reply.header("link", link),
            None => reply,
        })
    }
}
