//! The native program behind the npm package's wrapper.

use std::path::{Path, PathBuf};

use serde::Deserialize;

/// Where Codex really is.
///
/// The npm package installs a small script that starts the native program as its child. A script that is killed leaves
/// the program behind with its tools, so the program is started directly.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Native {
    /// The program to start.
    pub program: PathBuf,
    /// Folder of the tools that come with it, for the search path.
    pub tools: Option<PathBuf>,
    /// Its version, as its package says.
    pub version: Option<String>,
}

/// What the package says of itself.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Package {
    version: Option<String>,
}

impl Native {
    /// Finds the native program behind `program`. What is not the wrapper of the npm package is returned as it is.
    pub fn find(program: &Path) -> Self {
        let real = program.canonicalize().unwrap_or_else(|_| program.to_owned());
        let found = wrapped(&real).unwrap_or(real);
        // BUNDLE/bin/codex, with BUNDLE/codex-package.json and BUNDLE/codex-path beside it.
        let bundle = found.parent().and_then(Path::parent);
        let tools = bundle.map(|bundle| bundle.join("codex-path")).filter(|folder| folder.is_dir());
        let version = bundle.and_then(|bundle| version(&bundle.join("codex-package.json")));
        Self { program: found, tools, version }
    }
}

/// The program of this machine, when `script` is PACKAGES/@openai/codex/bin/codex.js.
fn wrapped(script: &Path) -> Option<PathBuf> {
    if script.extension()? != "js" {
        return None;
    }
    let (target, platform) = target()?;
    let package = script.parent()?.parent()?;
    let places = [
        package.parent()?.join(platform).join("vendor"),
        package.join("node_modules/@openai").join(platform).join("vendor"),
        package.join("vendor"),
    ];
    places.into_iter().map(|place| place.join(target).join("bin/codex")).find(|file| file.is_file())
}

/// Target and platform package of this machine, as the package names them.
fn target() -> Option<(&'static str, &'static str)> {
    match (std::env::consts::OS, std::env::consts::ARCH) {
        ("linux", "x86_64") => Some(("x86_64-unknown-linux-musl", "codex-linux-x64")),
        ("linux", "aarch64") => Some(("aarch64-unknown-linux-musl", "codex-linux-arm64")),
        ("macos", "x86_64") => Some(("x86_64-apple-darwin", "codex-darwin-x64")),
        ("macos", "aarch64") => Some(("aarch64-apple-darwin", "codex-darwin-arm64")),
        _ => None,
    }
}

fn version(file: &Path) -> Option<String> {
    serde_json::from_slice::<Package>(&std::fs::read(file).ok()?).ok()?.version
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_behind_the_wrapper_is_found() {
        let Some((target, platform)) = target() else { return };
        let root = tempfile::tempdir().unwrap();
        let root = root.path().canonicalize().unwrap();
        let packages = root.join("node_modules/@openai");
        let bundle = packages.join(platform).join("vendor").join(target);
        for folder in [bundle.join("bin"), bundle.join("codex-path"), packages.join("codex/bin")] {
            std::fs::create_dir_all(folder).unwrap();
        }
        std::fs::write(bundle.join("bin/codex"), "").unwrap();
        std::fs::write(bundle.join("codex-package.json"), r#"{"version":"0.169.0","new":1}"#).unwrap();
        std::fs::write(packages.join("codex/bin/codex.js"), "").unwrap();
        let link = root.join("codex");
        std::os::unix::fs::symlink(packages.join("codex/bin/codex.js"), &link).unwrap();

        let native = Native::find(&link);
        assert_eq!(native.program, bundle.join("bin/codex"));
        assert_eq!(native.tools, Some(bundle.join("codex-path")));
        assert_eq!(native.version.as_deref(), Some("0.169.0"));
    }

    #[test]
    fn anything_else_stays_what_it_is() {
        let native = Native::find(Path::new("/opt/codex/bin/codex"));
        assert_eq!(native, Native { program: "/opt/codex/bin/codex".into(), tools: None, version: None });
    }
}
