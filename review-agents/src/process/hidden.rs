//! Places that no agent needs to read.

use std::path::PathBuf;

/// Folders and files of a user's home that hold keys.
const IN_HOME: &[&str] = &[
    ".ssh",
    ".gnupg",
    ".aws",
    ".azure",
    ".kube",
    ".docker",
    ".config/gcloud",
    ".config/gh",
    ".config/op",
    ".netrc",
    ".git-credentials",
    ".npmrc",
    ".pypirc",
    ".cargo/credentials.toml",
    ".cargo/credentials",
    ".password-store",
    ".mozilla",
    ".config/google-chrome",
    ".config/chromium",
    ".local/share/keyrings",
    ".claude",
    ".codex",
    ".gemini",
];

/// Sockets through which a program could act for this user.
const SOCKETS: &[&str] = &["/run/docker.sock", "/var/run/docker.sock", "/run/podman/podman.sock"];

/// Those that are there, each with whether it is a folder. What is reached through a link is left out.
pub(super) fn places() -> Vec<(PathBuf, bool)> {
    let home = std::env::var_os("HOME").map(PathBuf::from).filter(|home| home.is_absolute());
    let in_home = home.iter().flat_map(|home| IN_HOME.iter().map(|name| home.join(name)));
    let all = in_home.chain(SOCKETS.iter().map(PathBuf::from));
    all.filter_map(|place| {
        let found = place.symlink_metadata().ok()?;
        let direct = place.canonicalize().ok()? == place;
        (direct && !found.is_symlink()).then(|| (place, found.is_dir()))
    })
    .collect()
}
