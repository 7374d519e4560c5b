//! What a confined program can see of this machine: the system's programs and libraries, its own files, and what it works
//! on. Nothing of a home, and of `/etc` only what programs need to start and to reach a server.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::invocation::Invocation;

/// Programs and libraries.
const SYSTEM: &[&str] =
    &["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/nix/store", "/gnu/store"];

/// Settings that programs need: the loader's, name look-up, certificates, time. No accounts beyond their names.
const ETC: &[&str] = &[
    "/etc/alternatives",
    "/etc/ca-certificates",
    "/etc/ca-certificates.conf",
    "/etc/crypto-policies",
    "/etc/group",
    "/etc/host.conf",
    "/etc/hosts",
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
    "/etc/localtime",
    "/etc/mime.types",
    "/etc/nsswitch.conf",
    "/etc/passwd",
    "/etc/pki",
    "/etc/resolv.conf",
    "/etc/ssl",
    "/etc/timezone",
];

/// The places that a program may read, existing ones only, parents before children.
pub(super) fn places(invocation: &Invocation, writable: &[PathBuf]) -> Vec<PathBuf> {
    let mut found: BTreeSet<PathBuf> = SYSTEM.iter().chain(ETC).map(PathBuf::from).collect();
    found.extend(own_files(&invocation.program));
    let path = invocation.environment.get("PATH").map(String::as_str).unwrap_or_default();
    for folder in std::env::split_paths(path).filter(|folder| folder.is_absolute()) {
        found.extend(own_folder(&folder));
    }
    for folder in invocation.readable.iter().chain(std::iter::once(&invocation.folder)) {
        found.extend(borrowed_objects(folder));
        found.insert(folder.clone());
    }
    found.extend(writable.iter().cloned());
    // A link's target is what is read, so it has to be there as well.
    let targets: Vec<PathBuf> = found.iter().filter_map(|place| place.canonicalize().ok()).collect();
    found.extend(targets);
    found.into_iter().filter(|place| place.symlink_metadata().is_ok()).collect()
}

/// Where a program lies: the folder of the name that starts it, and what it is installed in.
fn own_files(program: &Path) -> Vec<PathBuf> {
    if !program.is_absolute() {
        return Vec::new();
    }
    let mut found: Vec<PathBuf> = program.parent().map(Path::to_owned).into_iter().collect();
    if let Ok(real) = program.canonicalize() {
        found.extend(package(&real));
    }
    found
}

/// The outermost `node_modules` around a file, where there is one, else its folder: a package loads its neighbours.
fn package(file: &Path) -> Option<PathBuf> {
    let modules = file.ancestors().filter(|folder| folder.ends_with("node_modules")).last();
    modules.or_else(|| file.parent()).map(Path::to_owned)
}

/// A folder of the search path, and the `lib` beside a `bin`.
fn own_folder(folder: &Path) -> Vec<PathBuf> {
    let mut found = vec![folder.to_owned()];
    if folder.ends_with("bin") {
        found.extend(folder.parent().map(|prefix| prefix.join("lib")));
    }
    found
}

/// The folders of objects that a checkout's own repository borrows from.
fn borrowed_objects(checkout: &Path) -> Vec<PathBuf> {
    let text = std::fs::read_to_string(checkout.join(".git/objects/info/alternates")).unwrap_or_default();
    text.lines()
        .map(PathBuf::from)
        .filter(|folder| folder.is_absolute() && folder.ends_with("objects"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_is_seen_with_its_neighbours() {
        let native = Path::new("/home/jd/n/lib/node_modules/@openai/codex/vendor/codex");
        assert_eq!(package(native).unwrap(), Path::new("/home/jd/n/lib/node_modules"));
        assert_eq!(package(Path::new("/opt/agent/bin/agent")).unwrap(), Path::new("/opt/agent/bin"));
    }

    #[test]
    fn no_home_is_seen() {
        let invocation = Invocation::new("/usr/bin/env", "/tmp").variable("PATH", "/usr/bin:relative");
        let seen = places(&invocation, &[]);
        assert!(seen.iter().any(|place| place == Path::new("/usr")));
        for secret in ["/etc/shadow", "/root/.ssh/id_rsa", "/home/jd/.config/gh"] {
            assert!(!seen.iter().any(|place| Path::new(secret).starts_with(place)), "{secret}: {seen:?}");
        }
    }
}
