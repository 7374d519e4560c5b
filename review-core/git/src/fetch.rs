//! Fetches commits from elsewhere into the private repository, so that a change which is not in the local clone can be
//! reviewed without touching that clone.

use std::ffi::OsString;
use std::fmt;

use review_core::{Cancel, Error, ErrorKind, Result};

use crate::command::{Output, failure};
use crate::plain;
use crate::repository::GitRepository;

/// Most references of the local clone that are offered to the other side as known, newest first.
const MAX_KNOWN: &str = "--count=200";

/// Where commits are fetched from.
///
/// The credential is sent as a header by way of the environment: it is in no argument, no file and no `Debug` output.
#[derive(Clone)]
pub struct Remote {
    url: String,
    protocol: &'static str,
    authorization: Option<String>,
}

impl Remote {
    /// A remote by its address: `https://`, `http://` or `file://`, without credentials.
    ///
    /// # Errors
    /// `InvalidInput` for any other address. Other protocols run a program that the address chooses.
    pub fn new(url: impl Into<String>) -> Result<Self> {
        let url = url.into();
        let refused =
            |message: &str| Err(Error::new(ErrorKind::InvalidInput, message).with_operation("git fetch"));
        let protocol = match url.split_once("://").map(|(scheme, _)| scheme) {
            Some("https") => "https",
            Some("http") => "http",
            Some("file") => "file",
            _ => return refused("commits can only be fetched from an address with https, http or file"),
        };
        if url.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return refused("the address to fetch from holds blanks or control characters");
        }
        let authority = url.split("://").nth(1).and_then(|rest| rest.split('/').next()).unwrap_or_default();
        if authority.contains('@') {
            return refused("the address to fetch from holds credentials; give a token instead");
        }
        Ok(Self { url, protocol, authorization: None })
    }

    /// Sends this value of the header `Authorization`.
    #[must_use]
    pub fn with_authorization(mut self, value: impl Into<String>) -> Self {
        self.authorization = Some(value.into());
        self
    }

    /// The address.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl fmt::Debug for Remote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Remote")
            .field("url", &self.url)
            .field("authorization", &self.authorization.as_ref().map(|_| "[secret]"))
            .finish()
    }
}

impl GitRepository {
    /// Whether the commit with this full id is here, or was fetched.
    ///
    /// # Errors
    /// When git can't be run.
    pub fn has_commit(&self, id: &str, cancel: &Cancel) -> Result<bool> {
        let is_id = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_hexdigit());
        Ok(is_id && self.call("cat-file").args(["-e", &format!("{id}^{{commit}}")]).run(cancel)?.success())
    }

    /// Fetches references, each by its full name (`refs/pull/7/head`) or a full commit id, with their history; returns the ids
    /// of their commits in the same order. The repository that was opened stays as it is: what is new goes into the private one
    /// and is gone with this value. A shallow history is completed as far as the remote has it.
    ///
    /// # Errors
    /// `Unauthorized` when the remote refuses the credential, `NotFound` when it has no such repository or reference,
    /// `InvalidInput` for what is no full name, `Timeout` and `Cancelled`.
    pub fn fetch(&self, remote: &Remote, references: &[&str], cancel: &Cancel) -> Result<Vec<String>> {
        for name in references {
            let plain = |c: char| c.is_ascii_alphanumeric() || "/-_.+@#=,%".contains(c) || !c.is_ascii();
            let is_full = name.starts_with("refs/")
                || (name.len() >= 40 && name.bytes().all(|byte| byte.is_ascii_hexdigit()));
            if !is_full || !name.chars().all(plain) || name.contains("..") {
                return Err(Error::new(
                    ErrorKind::InvalidInput,
                    "only full reference names and ids can be fetched",
                )
                .with_operation("git fetch")
                .with_context("reference", name));
            }
        }
        let _lock = self.lock_index();
        self.tell_known(cancel)?;
        let mut call = self.network_call("fetch", remote).args([
            "--quiet",
            "--no-tags",
            "--no-write-fetch-head",
            "--no-recurse-submodules",
            "--force",
        ]);
        if self.is_shallow() {
            call = call.arg("--unshallow");
        }
        call = call.arg("--end-of-options").arg(&remote.url);
        for (number, name) in references.iter().enumerate() {
            call = call.arg(format!("+{name}:{}", fetched(number)));
        }
        let output = call.run(cancel)?;
        if !output.success() {
            return Err(refused(&output).with_context("remote", &remote.url));
        }
        (0..references.len()).map(|number| self.fetched_commit(number, cancel)).collect()
    }

    fn fetched_commit(&self, number: usize, cancel: &Cancel) -> Result<String> {
        let name = format!("{}^{{commit}}", fetched(number));
        let output = self.call("rev-parse").args(["--verify", "--end-of-options", &name]).output(cancel)?;
        Ok(String::from_utf8_lossy(&output).lines().next_back().unwrap_or_default().to_owned())
    }

    /// A command in the private repository that may reach the remote, and nothing else.
    fn network_call(&self, name: &'static str, remote: &Remote) -> crate::command::Call {
        // A redirect could carry the credential to another host.
        let settings =
            ["http.followRedirects=false", "fetch.negotiationAlgorithm=default"].map(OsString::from);
        let mut call = self
            .git()
            .call_with(name, self.scratch(), &settings)
            .env("GIT_DIR", self.private())
            .env("GIT_ALLOW_PROTOCOL", remote.protocol)
            .with_network_settings();
        if let Some(value) = &remote.authorization {
            call = call
                .env("GIT_CONFIG_COUNT", "1")
                .env("GIT_CONFIG_KEY_0", "http.extraHeader")
                .env("GIT_CONFIG_VALUE_0", format!("Authorization: {value}"));
        }
        call
    }

    /// Writes the local clone's references into the private repository, so that only what is missing is sent.
    fn tell_known(&self, cancel: &Cancel) -> Result<()> {
        let output = self
            .source_call("for-each-ref")
            .args([MAX_KNOWN, "--sort=-creatordate", "--format=%(objectname)", "refs/heads", "refs/remotes"])
            .run(cancel)?;
        let text = String::from_utf8_lossy(&output.stdout);
        let mut packed = String::from("# pack-refs with: sorted \n");
        for (number, id) in text.lines().enumerate() {
            packed.push_str(&format!("{id} refs/known/{number:04}\n"));
        }
        Ok(std::fs::write(self.private().join("packed-refs"), packed)?)
    }

    /// The list of commits without parents, as it is now.
    pub(crate) fn shallow(&self) -> Option<Vec<u8>> {
        plain::read(&self.private().join("shallow")).ok().flatten().filter(|text| !text.is_empty())
    }
}

fn fetched(number: usize) -> String {
    format!("refs/fetched/{number}")
}

fn refused(output: &Output) -> Error {
    let said = output.stderr.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| said.contains(word));
    let error = |kind, message: &str| {
        let line = output.stderr.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("no message");
        Error::new(kind, message).with_operation("git fetch").with_context("git says", line)
    };
    if has(&["authentication failed", "could not read username", "error: 403", "error: 401"]) {
        return error(ErrorKind::Unauthorized, "the remote refuses the credential");
    }
    if has(&["couldn't find remote ref", "not our ref", "unadvertised object"]) {
        return error(ErrorKind::NotFound, "the remote has no such reference");
    }
    if has(&["repository not found", "error: 404", "does not appear to be a git repository", "not found"]) {
        return error(
            ErrorKind::NotFound,
            "the remote has no such repository, or the token has no right to see it",
        );
    }
    if has(&["could not resolve host", "failed to connect", "connection refused", "timed out", "error: 5"]) {
        return error(ErrorKind::Unavailable, "the remote can't be reached");
    }
    failure("fetch", output)
}
