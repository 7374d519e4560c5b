//! One exchange with a forge's interface: bounded, cancellable, and its failures as what they mean.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderMap, HeaderName, HeaderValue, USER_AGENT};
use reqwest::redirect::Policy;
use reqwest::{Client, Method, StatusCode, Url};
use review_core::{Cx, Error, ErrorKind, ErrorStatus, Result};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::login::Login;

/// How long one exchange may take.
const TIME: Duration = Duration::from_secs(60);
/// Largest answer that is read.
const MAX_BYTES: usize = 32 << 20;
/// Most pages of one list.
const MAX_PAGES: usize = 100;
/// How long to wait after a refusal for haste that does not say.
const DEFAULT_WAIT: Duration = Duration::from_secs(60);

/// A forge's interface with the token that is sent to it, and to nowhere else.
#[derive(Clone, Debug)]
pub(crate) struct Api {
    http: Client,
    base: Url,
    login: Arc<dyn Login>,
    scheme: Scheme,
}

/// How the token is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scheme {
    /// `Authorization: Bearer …`.
    #[cfg(any(feature = "github", feature = "gitlab"))]
    Bearer,
    /// `Authorization: token …`.
    #[cfg(feature = "gitea")]
    Token,
    /// `JOB-TOKEN: …`.
    #[cfg(feature = "gitlab")]
    JobToken,
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) body: Value,
    headers: HeaderMap,
}

impl Api {
    /// An interface by its address. No redirect is followed; this machine itself is reached without a proxy.
    ///
    /// # Errors
    /// `InvalidInput` for what is no address, `Unavailable` when there are no root certificates.
    pub(crate) fn new(base: &str, login: Arc<dyn Login>, scheme: Scheme) -> Result<Self> {
        let base = Url::parse(base.trim_end_matches('/'))
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https") && url.host_str().is_some())
            .ok_or_else(|| {
                Error::new(ErrorKind::InvalidInput, "the forge's address is no http or https address")
                    .with_context("address", base)
            })?;
        if rustls::crypto::CryptoProvider::get_default().is_none() {
            // Another thread may be first; then its provider is as good.
            let _ = rustls::crypto::ring::default_provider().install_default();
        }
        let mut builder = Client::builder().redirect(Policy::none()).timeout(TIME);
        if base.scheme() == "http" {
            builder = builder.tls_certs_only(std::iter::empty());
        }
        let host = base.host_str().unwrap_or_default();
        if matches!(host, "localhost" | "[::1]")
            || host.parse::<std::net::Ipv4Addr>().is_ok_and(|address| address.is_loopback())
        {
            builder = builder.no_proxy();
        }
        let http = builder.build().map_err(|error| {
            Error::new(
                ErrorKind::Unavailable,
                "the HTTP client can't be made; are root certificates installed (ca-certificates)?",
            )
            .with_status(ErrorStatus::Permanent)
            .with_source(error.without_url())
        })?;
        Ok(Self { http, base, login, scheme })
    }

    /// The address, without a final slash.
    pub(crate) fn base(&self) -> &str {
        self.base.as_str().trim_end_matches('/')
    }

    /// The login.
    pub(crate) fn login(&self) -> &Arc<dyn Login> {
        &self.login
    }

    pub(crate) async fn get(&self, path: &str, cx: &Cx) -> Result<Answer> {
        self.send(Method::GET, &format!("{}{path}", self.base()), None, cx).await
    }

    pub(crate) async fn call(&self, method: Method, path: &str, body: Value, cx: &Cx) -> Result<Answer> {
        self.send(method, &format!("{}{path}", self.base()), Some(body), cx).await
    }

    /// All pages of a list, by the header `Link`.
    pub(crate) async fn list(&self, path: &str, cx: &Cx) -> Result<Vec<Value>> {
        self.list_in(path, None, cx).await
    }

    /// As [`list`](Self::list), where the list is a field of each page.
    pub(crate) async fn list_in(&self, path: &str, field: Option<&str>, cx: &Cx) -> Result<Vec<Value>> {
        let mut all = Vec::new();
        let mut url = format!("{}{path}", self.base());
        for _ in 0..MAX_PAGES {
            let answer = self.send(Method::GET, &url, None, cx).await?;
            let next = answer.next_page(&url);
            let list = match field {
                Some(field) => answer.body.get(field).cloned().unwrap_or_default(),
                None => answer.body,
            };
            let Value::Array(items) = list else { return Err(odd(path)) };
            all.extend(items);
            match next {
                // The token goes to where it belongs only.
                Some(next) if self.is_ours(&next) => url = next,
                Some(_) => return Err(odd(path)),
                None => return Ok(all),
            }
        }
        Err(Error::new(ErrorKind::BudgetExceeded, "the forge has more pages than are read")
            .with_context("path", path))
    }

    /// Whether an address is at the same place as the interface.
    fn is_ours(&self, url: &str) -> bool {
        Url::parse(url).is_ok_and(|url| url.origin() == self.base.origin())
    }

    /// One exchange with an absolute address.
    pub(crate) async fn send(
        &self,
        method: Method,
        url: &str,
        body: Option<Value>,
        cx: &Cx,
    ) -> Result<Answer> {
        let token = self.login.token(cx).await?;
        let (name, value) = match self.scheme {
            #[cfg(any(feature = "github", feature = "gitlab"))]
            Scheme::Bearer => (AUTHORIZATION, format!("Bearer {}", token.expose())),
            #[cfg(feature = "gitea")]
            Scheme::Token => (AUTHORIZATION, format!("token {}", token.expose())),
            #[cfg(feature = "gitlab")]
            Scheme::JobToken => (HeaderName::from_static("job-token"), token.expose().to_owned()),
        };
        let mut value = HeaderValue::from_str(&value).map_err(|_| {
            Error::new(ErrorKind::InvalidInput, "the token holds characters that no token has")
        })?;
        value.set_sensitive(true);
        self.send_with(method, url, body, (name, value), cx).await
    }

    /// One exchange with another credential, for logging in.
    pub(crate) async fn send_with(
        &self,
        method: Method,
        url: &str,
        body: Option<Value>,
        credential: (HeaderName, HeaderValue),
        cx: &Cx,
    ) -> Result<Answer> {
        let path =
            url.strip_prefix(self.base()).unwrap_or(url).split('?').next().unwrap_or_default().to_owned();
        let operation = format!("{method} {path}");
        let mut request = self
            .http
            .request(method, url)
            .header(USER_AGENT, concat!("deep-review/", env!("CARGO_PKG_VERSION")))
            .header(ACCEPT, "application/json")
            .header(credential.0, credential.1);
        if let Some(body) = body {
            let text = serde_json::to_vec(&body).map_err(|error| {
                Error::new(ErrorKind::Internal, "a request can't be written").with_source(error)
            })?;
            request = request.header("content-type", "application/json").body(text);
        }
        let exchange = async {
            let mut response = request.send().await.map_err(broken)?;
            let (status, headers) = (response.status(), response.headers().clone());
            let mut bytes = Vec::new();
            while let Some(chunk) = response.chunk().await.map_err(broken)? {
                if bytes.len() + chunk.len() > MAX_BYTES {
                    return Err(Error::new(ErrorKind::BudgetExceeded, "the answer is larger than is read"));
                }
                bytes.extend_from_slice(&chunk);
            }
            Ok((status, headers, bytes))
        };
        let (status, headers, bytes) = tokio::select! {
            done = exchange => done,
            () = cx.cancel.cancelled() => Err(cx.cancel.check().err().unwrap_or_else(|| {
                Error::new(ErrorKind::Cancelled, "cancelled")
            })),
        }
        .map_err(|error| error.with_operation(&operation))?;
        if !status.is_success() {
            return Err(refused(status, &headers, &bytes).with_operation(operation));
        }
        if bytes.is_empty() {
            return Ok(Answer { body: Value::Null, headers });
        }
        let body = serde_json::from_slice(&bytes).map_err(|_| odd(&operation))?;
        Ok(Answer { body, headers })
    }
}

impl Answer {
    /// The answer as a type.
    pub(crate) fn read<T: DeserializeOwned>(self, what: &str) -> Result<T> {
        read(self.body, what)
    }

    /// The address of the next page: by the header `Link`, or by GitLab's `X-Next-Page`.
    fn next_page(&self, url: &str) -> Option<String> {
        let text = |name: &str| self.headers.get(name).and_then(|value| value.to_str().ok());
        if let Some(number) = text("x-next-page").and_then(|page| page.parse::<u32>().ok()) {
            let mut next = Url::parse(url).ok()?;
            let kept: Vec<(String, String)> = next
                .query_pairs()
                .filter(|(name, _)| name != "page")
                .map(|(n, v)| (n.into_owned(), v.into_owned()))
                .collect();
            next.query_pairs_mut().clear().extend_pairs(kept).append_pair("page", &number.to_string());
            return Some(next.into());
        }
        let link = text("link")?;
        link.split(',').find_map(|part| {
            let (url, kind) = part.split_once(';')?;
            let url = url.trim().strip_prefix('<')?.strip_suffix('>')?;
            kind.contains("rel=\"next\"").then(|| url.to_owned())
        })
    }
}

/// A value as a type; what has another form is an answer that can't be used.
pub(crate) fn read<T: DeserializeOwned>(value: Value, what: &str) -> Result<T> {
    serde_json::from_value(value).map_err(|error| odd(what).with_context("because", error))
}

fn odd(what: &str) -> Error {
    Error::new(ErrorKind::InvalidAnswer, "the forge's answer has another form than is known")
        .with_context("of", what)
}

fn broken(error: reqwest::Error) -> Error {
    let error = error.without_url();
    let (kind, message) = if error.is_timeout() {
        (ErrorKind::Timeout, "the forge took too long")
    } else if error.is_connect() {
        (ErrorKind::Unavailable, "the forge can't be reached")
    } else {
        (ErrorKind::Unavailable, "the connection to the forge broke")
    };
    Error::new(kind, message).with_source(error)
}

/// What a refusal means.
fn refused(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Error {
    let said = message(body);
    let hasty = {
        let said = said.to_lowercase();
        said.contains("secondary rate limit")
            || said.contains("rate limit exceeded")
            || said.contains("abuse detection")
    };
    let none_left = headers.get("x-ratelimit-remaining").is_some_and(|left| left == "0");
    let error = match status.as_u16() {
        429 | 403 if status.as_u16() == 429 || hasty || none_left || headers.contains_key("retry-after") => {
            Error::new(ErrorKind::RateLimited, "the forge asks to slow down").with_retry_after(wait(headers))
        }
        401 => Error::new(ErrorKind::Unauthorized, "the forge refuses the token; has it expired?"),
        403 => Error::new(ErrorKind::Unauthorized, "the token lacks a right for this"),
        404 | 410 => Error::new(ErrorKind::NotFound, "not found, or the token has no right to see it"),
        301 | 302 | 307 | 308 => Error::new(ErrorKind::NotFound, "this has moved; use its new address")
            .with_context("status", status.as_u16()),
        400 | 409 | 422 => Error::new(ErrorKind::InvalidInput, "the forge refuses what was sent"),
        500..=599 => Error::new(ErrorKind::Unavailable, "the forge has a problem")
            .with_context("status", status.as_u16()),
        other => Error::new(ErrorKind::InvalidAnswer, "the forge answered in an unexpected way")
            .with_context("status", other),
    };
    if said.is_empty() { error } else { error.with_context("it says", said) }
}

/// The message of an answer, on one line.
fn message(body: &[u8]) -> String {
    let text = match serde_json::from_slice::<Value>(body) {
        Ok(Value::Object(fields)) => {
            let part = |name: &str| match fields.get(name) {
                Some(Value::String(text)) => text.clone(),
                Some(Value::Null) | None => String::new(),
                Some(other) => other.to_string(),
            };
            let parts = [part("message"), part("error"), part("errors")];
            parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("; ")
        }
        _ => String::new(),
    };
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(300).collect()
}

/// How long the forge asks to wait: `Retry-After` in seconds or as a date, or when the limit is lifted.
fn wait(headers: &HeaderMap) -> Duration {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(after) = text("retry-after") {
        if let Ok(seconds) = after.trim().parse() {
            return Duration::from_secs(seconds);
        }
        if let Ok(date) = httpdate::parse_http_date(after) {
            return date.duration_since(SystemTime::now()).unwrap_or_default();
        }
    }
    let reset =
        text("x-ratelimit-reset").or_else(|| text("ratelimit-reset")).and_then(|at| at.trim().parse().ok());
    match reset {
        Some(seconds) => {
            let at = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
            at.duration_since(SystemTime::now()).unwrap_or_default().max(Duration::from_secs(1))
        }
        None => DEFAULT_WAIT,
    }
}
