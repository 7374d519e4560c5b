//! What the repository is called and where it lives.

use review_core::{Cancel, Repository, Result};

use crate::repository::GitRepository;

impl GitRepository {
    /// The name of the branch that `HEAD` is on; none when it is detached.
    ///
    /// # Errors
    /// When git can't be run.
    pub fn branch(&self, cancel: &Cancel) -> Result<Option<String>> {
        let output =
            self.source_call("symbolic-ref").args(["--quiet", "--end-of-options", "HEAD"]).run(cancel)?;
        let text = String::from_utf8_lossy(&output.stdout);
        let name = text.trim_end().strip_prefix("refs/heads/").unwrap_or_default();
        Ok((output.success() && !name.is_empty()).then(|| name.to_owned()))
    }

    /// The repository's name and web address, from its remote `origin` (else its first remote); the folder's
    /// name where there is none.
    ///
    /// # Errors
    /// When git can't be run.
    pub fn identity(&self, cancel: &Cancel) -> Result<Repository> {
        let output =
            self.source_call("config").args(["--null", "--get-regexp", r"^remote\..*\.url$"]).run(cancel)?;
        let text = String::from_utf8_lossy(&output.stdout);
        let mut remotes: Vec<(&str, &str)> =
            text.split('\0').filter_map(|entry| entry.split_once('\n')).collect();
        remotes.sort_by_key(|(key, _)| *key != "remote.origin.url");
        let mut identity = remotes.first().map_or_else(Repository::default, |(_, url)| from_remote(url));
        if identity.name.is_none() {
            identity.name = self.folder_name();
        }
        Ok(identity)
    }

    fn folder_name(&self) -> Option<String> {
        let folder = self.work_tree().unwrap_or_else(|| self.git_dir());
        let name = folder.file_name()?.to_string_lossy();
        Some(name.strip_suffix(".git").filter(|name| !name.is_empty()).unwrap_or(&name).to_owned())
    }
}

/// Reads a remote's address: a web address, `ssh://`, or `user@host:path`. Credentials, port and query are
/// not kept; a path on this machine gives its last part as the name.
fn from_remote(remote: &str) -> Repository {
    let remote = remote.trim();
    let (scheme, rest) = match remote.split_once("://") {
        Some((scheme, rest)) => (scheme, rest),
        // `host:path`; a drive letter is no host, nor is a path with a slash before its colon.
        None => match remote.split_once(':') {
            Some((host, path)) if host.len() > 1 && !host.contains(['/', '\\']) => {
                return at_host("ssh", host, path);
            }
            _ => return local(remote),
        },
    };
    if scheme == "file" {
        return local(rest);
    }
    match rest.split_once('/') {
        Some((host, path)) => at_host(scheme, host, path),
        None => Repository::default(),
    }
}

fn local(path: &str) -> Repository {
    let name = clean_path(path);
    match name.rsplit(['/', '\\']).next() {
        Some(name) if !name.is_empty() => Repository::default().with_name(name),
        _ => Repository::default(),
    }
}

fn at_host(scheme: &str, authority: &str, path: &str) -> Repository {
    let host = authority.rsplit('@').next().unwrap_or_default();
    let web = matches!(scheme, "http" | "https");
    // A web server's port belongs to its address; that of an ssh server does not.
    let host = if web { host } else { host.split(':').next().unwrap_or_default() };
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let path = clean_path(path);
    let plain = |text: &str| !text.is_empty() && !text.chars().any(|c| c.is_control() || c.is_whitespace());
    if !plain(host) || !plain(path) || path.split('/').any(|part| part == "..") {
        return Repository::default();
    }
    let host = host.to_ascii_lowercase();
    let scheme = if scheme == "http" { "http" } else { "https" };
    let mut repository = Repository::default().with_name(path).with_url(format!("{scheme}://{host}/{path}"));
    repository.forge = forge(&host).map(str::to_owned);
    repository
}

fn clean_path(path: &str) -> &str {
    let path = path.trim_matches('/');
    path.strip_suffix(".git").unwrap_or(path).trim_end_matches('/')
}

/// Which link layout a host follows, judged by the parts of its name; none when it does not say.
fn forge(host: &str) -> Option<&'static str> {
    let name = host.split(':').next().unwrap_or_default();
    if name == "codeberg.org" {
        return Some("gitea");
    }
    name.split(['.', '-']).find_map(|part| match part {
        "github" => Some("github"),
        "gitlab" => Some("gitlab"),
        "gitea" | "forgejo" => Some("gitea"),
        "bitbucket" => Some("bitbucket"),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remotes_become_web_addresses_without_credentials() {
        let cases = [
            ("https://user:secret@github.com/o/n.git", "o/n https://github.com/o/n github"),
            (
                "git@gitlab.example.org:group/sub/n.git",
                "group/sub/n https://gitlab.example.org/group/sub/n gitlab",
            ),
            ("ssh://git@bitbucket.org:7999/o/n", "o/n https://bitbucket.org/o/n bitbucket"),
            ("https://codeberg.org/o/n/", "o/n https://codeberg.org/o/n gitea"),
            ("http://Git.Example:8080/o/n?token=x", "o/n http://git.example:8080/o/n -"),
            ("https://github.com.evil.example/o/n", "o/n https://github.com.evil.example/o/n github"),
            ("/srv/git/n.git", "n - -"),
            ("file:///srv/n", "n - -"),
            ("../up/n", "n - -"),
            ("https://host", "- - -"),
            ("https://h/a b", "- - -"),
            ("", "- - -"),
        ];
        for (remote, expected) in cases {
            let found = from_remote(remote);
            let part = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
            let shown = format!("{} {} {}", part(found.name), part(found.url), part(found.forge));
            assert_eq!(shown, expected, "{remote}");
        }
    }
}
