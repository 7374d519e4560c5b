//! Which forge a call is about, and who we are there.

use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

use clap::Args as ClapArgs;
use deep_review::files::read_text;
use deep_review::forge::login::{AppLogin, Login, StaticToken, Token};
use deep_review::forge::{ChangeAddress, Forge, ForgeKind, Gitea, Github, Gitlab};
use deep_review::{Cancel, Error, ErrorKind, GitRepository, Result};

/// Largest private key that is read.
const MAX_KEY_BYTES: u64 = 64 << 10;

/// Hosts whose tokens are told by their usual variables alone.
const KNOWN_HOSTS: &[(&str, ForgeKind)] = &[
    ("github.com", ForgeKind::Github),
    ("gitlab.com", ForgeKind::Gitlab),
    ("codeberg.org", ForgeKind::Gitea),
];

/// Variables that say which host the usual token is for, by kind of forge.
const HOST_VARIABLES: &[(ForgeKind, &[&str])] = &[
    (ForgeKind::Github, &["GITHUB_SERVER_URL", "GITHUB_API_URL", "GH_HOST"]),
    (ForgeKind::Gitlab, &["CI_SERVER_URL", "CI_API_V4_URL", "GITLAB_HOST"]),
    (ForgeKind::Gitea, &["GITEA_SERVER_URL", "GITEA_API_URL", "FORGEJO_SERVER_URL", "GITHUB_SERVER_URL"]),
];

/// The usual variables with tokens, by kind of forge. Our own comes first: it is meant for whichever forge the call names.
const OWN_TOKEN: &str = "DEEP_REVIEW_FORGE_TOKEN";
const TOKEN_VARIABLES: &[(ForgeKind, &[&str])] = &[
    (ForgeKind::Github, &["GITHUB_TOKEN", "GH_TOKEN"]),
    (ForgeKind::Gitlab, &["GITLAB_TOKEN", "CI_JOB_TOKEN"]),
    (ForgeKind::Gitea, &["GITEA_TOKEN", "FORGEJO_TOKEN", "GITHUB_TOKEN"]),
];

/// The forge, and the login there.
#[derive(Clone, Debug, Default, ClapArgs)]
pub(crate) struct ForgeArgs {
    /// Kind of forge, where the address does not tell: github, gitlab or gitea (also for Forgejo).
    #[arg(long, value_name = "KIND")]
    pub(crate) forge: Option<String>,
    /// Address of the forge's interface for programs. Default: from its web address, or GITHUB_API_URL, CI_API_V4_URL.
    #[arg(long, value_name = "URL")]
    pub(crate) forge_api: Option<String>,
    /// A command that prints the token, for example `gh auth token`. Default: DEEP_REVIEW_FORGE_TOKEN, or the forge's usual
    /// variable (GITHUB_TOKEN, GITLAB_TOKEN, GITEA_TOKEN), which is sent to no other host than its own.
    #[arg(long, value_name = "COMMAND")]
    pub(crate) token_command: Option<String>,
    /// Id of a GitHub App to log in as, with --app-key.
    #[arg(long, value_name = "ID", requires = "app_key")]
    pub(crate) app_id: Option<String>,
    /// File with the GitHub App's private key.
    #[arg(long, value_name = "FILE", requires = "app_id")]
    pub(crate) app_key: Option<PathBuf>,
}

impl ForgeArgs {
    /// The pull request that an address or a number names; a number is one of the clone's remote, or of the repository that a
    /// workflow runs for.
    pub(crate) fn address(
        &self,
        named: &str,
        clone: Option<&GitRepository>,
        cancel: &Cancel,
    ) -> Result<ChangeAddress> {
        let kind = self.kind()?;
        let mut address = match named.trim_start_matches(['#', '!']).parse::<u64>() {
            Ok(number) => self.numbered(number, kind, clone, cancel)?,
            Err(_) => ChangeAddress::from_url(named)?,
        };
        if let Some(kind) = kind {
            address.kind = kind;
        }
        Ok(address)
    }

    fn numbered(
        &self,
        number: u64,
        kind: Option<ForgeKind>,
        clone: Option<&GitRepository>,
        cancel: &Cancel,
    ) -> Result<ChangeAddress> {
        if let (Some(server), Some(project)) = (variable("GITHUB_SERVER_URL"), variable("GITHUB_REPOSITORY"))
        {
            return ChangeAddress::from_url(&format!(
                "{}/{project}/pull/{number}",
                server.trim_end_matches('/')
            ));
        }
        if let (Some(server), Some(project)) = (variable("CI_SERVER_URL"), variable("CI_PROJECT_PATH")) {
            let server = server.trim_end_matches('/').to_owned();
            return ChangeAddress::from_url(&format!("{server}/{project}/-/merge_requests/{number}"));
        }
        let clone = clone.ok_or_else(|| {
            Error::new(
                ErrorKind::InvalidInput,
                "a number alone needs a clone whose remote is at the forge; give the whole address of the pull request",
            )
        })?;
        let mut identity = clone.identity(cancel)?;
        if let Some(kind) = kind {
            identity.forge = Some(kind.as_str().to_owned());
        }
        ChangeAddress::in_repository(&identity, number)
    }

    fn kind(&self) -> Result<Option<ForgeKind>> {
        let Some(name) = &self.forge else { return Ok(None) };
        let kind = ForgeKind::from_name(name).ok_or_else(|| {
            Error::new(ErrorKind::InvalidInput, "there is no such kind of forge")
                .with_context("given", name)
                .with_context("known", "github gitlab gitea forgejo")
        })?;
        Ok(Some(kind))
    }

    /// The forge of a change. `named` tells whether the user named its address in this call; only then an own token goes to a host
    /// that nothing else vouches for.
    pub(crate) fn connect(&self, address: &ChangeAddress, named: bool) -> Result<Arc<dyn Forge>> {
        let api = self.api(address);
        let login: Arc<dyn Login> = match (&self.app_id, &self.app_key) {
            (Some(id), Some(path)) => {
                let key = read_text(path, MAX_KEY_BYTES)?;
                Arc::new(AppLogin::new(&api, id.as_str(), &key, address.project.as_str())?)
            }
            _ => Arc::new(StaticToken::new(self.token(address, named)?)?),
        };
        match address.kind {
            ForgeKind::Github => Ok(Arc::new(Github::new(&api, &address.project, login)?)),
            ForgeKind::Gitlab if self.is_job_token() => {
                Ok(Arc::new(Gitlab::with_job_token(&api, &address.project, login)?))
            }
            ForgeKind::Gitlab => Ok(Arc::new(Gitlab::new(&api, &address.project, login)?)),
            ForgeKind::Gitea => Ok(Arc::new(Gitea::new(&api, &address.project, login)?)),
            other => Err(Error::new(ErrorKind::Unsupported, "this build has no client for this forge")
                .with_context("forge", other)),
        }
    }

    /// Where the interface is: as named, as the environment of a workflow at this host says, or at its usual place.
    fn api(&self, address: &ChangeAddress) -> String {
        if let Some(api) = &self.forge_api {
            return api.clone();
        }
        let (server, api) = match address.kind {
            ForgeKind::Github => ("GITHUB_SERVER_URL", "GITHUB_API_URL"),
            ForgeKind::Gitlab => ("CI_SERVER_URL", "CI_API_V4_URL"),
            _ => ("GITEA_SERVER_URL", "GITEA_API_URL"),
        };
        match (variable(server), variable(api)) {
            (Some(server), Some(api)) if same_host(&server, &address.web) => api,
            (None, Some(api)) if same_host(&api, &address.web) => api,
            _ => address.api(),
        }
    }

    /// Whether the token is that of a GitLab job, which is sent in another header.
    fn is_job_token(&self) -> bool {
        self.token_command.is_none()
            && variable(OWN_TOKEN).is_none()
            && variable("GITLAB_TOKEN").is_none()
            && variable("CI_JOB_TOKEN").is_some()
    }

    fn token(&self, address: &ChangeAddress, named: bool) -> Result<Token> {
        if let Some(command) = &self.token_command {
            return token_of(command);
        }
        let vouched = self.forge_api.is_some() || is_vouched_for(address);
        if let Some(token) = variable(OWN_TOKEN).filter(|_| named || vouched) {
            return Ok(Token::new(token));
        }
        let usual = TOKEN_VARIABLES
            .iter()
            .find(|(kind, _)| *kind == address.kind)
            .map_or(&[][..], |(_, names)| names);
        let found = usual.iter().find_map(|name| variable(name));
        match found {
            Some(token) if vouched => Ok(Token::new(token)),
            Some(_) => Err(Error::new(
                ErrorKind::Unauthorized,
                "there is a token, but nothing says that it is for this host; set DEEP_REVIEW_FORGE_TOKEN and name the pull \
                 request by its address, or use --token-command",
            )
            .with_context("host", &address.web)),
            None => Err(Error::new(
                ErrorKind::Unauthorized,
                format!("there is no token for the forge; set {}, or use --token-command", usual.join(" or ")),
            )
            .with_context("host", &address.web)),
        }
    }
}

/// Whether the usual token is for this host.
fn is_vouched_for(address: &ChangeAddress) -> bool {
    let host = host_of(&address.web);
    KNOWN_HOSTS.iter().any(|(known, kind)| *known == host && *kind == address.kind)
        || HOST_VARIABLES
            .iter()
            .filter(|(kind, _)| *kind == address.kind)
            .flat_map(|(_, names)| names.iter())
            .filter_map(|name| variable(name))
            .any(|value| same_host(&value, &address.web))
}

fn host_of(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split('/').next().unwrap_or_default().to_ascii_lowercase()
}

fn same_host(one: &str, other: &str) -> bool {
    host_of(one) == host_of(other)
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
}

/// What the user's own command prints. It is split at blanks and started without a shell.
fn token_of(command: &str) -> Result<Token> {
    let failed =
        |message: &str| Error::new(ErrorKind::Unauthorized, message).with_operation("--token-command");
    let mut words = command.split_whitespace();
    let program = words.next().ok_or_else(|| failed("the command is empty"))?;
    let output = Command::new(program)
        .args(words)
        .stdin(std::process::Stdio::null())
        .stderr(std::process::Stdio::inherit())
        .output()
        .map_err(|error| failed("the command could not be started").with_source(error))?;
    if !output.status.success() {
        return Err(failed("the command failed").with_context("status", output.status));
    }
    let text = String::from_utf8(output.stdout).map_err(|_| failed("the command printed no text"))?;
    Ok(Token::new(text.lines().next().unwrap_or_default()))
}
