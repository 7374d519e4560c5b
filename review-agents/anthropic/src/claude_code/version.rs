//! Which version is installed, and what it can do.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use serde_json::Value;

/// Name of the program's package.
const PACKAGE: &str = "@anthropic-ai/claude-code";

/// Largest description of a package that is read, in bytes.
const MAX_PACKAGE: u64 = 1 << 20;

/// A version of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(u32, u32, u32);

impl Version {
    /// The oldest version whose options are known.
    pub const OLDEST: Self = Self(2, 1, 197);

    /// The oldest version that is known to have every option: `--restricted` and `--json-schema` among them.
    pub const WHOLE: Self = Self(2, 1, 329);

    /// The newest version that was tried.
    pub const NEWEST: Self = Self(2, 1, 332);

    /// The version of an installed program, from the files around it. The program is not started.
    ///
    /// It is told by the package that a package manager put it into, or by the file's own name, which is how the native installer
    /// keeps its versions.
    pub fn installed(program: &Path) -> Option<Self> {
        let file = program.canonicalize().ok()?;
        if let Some(version) = file.file_name().and_then(|name| name.to_str()?.parse().ok()) {
            return Some(version);
        }
        file.ancestors().skip(1).take(6).find_map(|folder| of_package(&folder.join("package.json")))
    }

    /// Whether it has every option that is used here.
    pub(super) fn is_whole(self) -> bool {
        self >= Self::WHOLE
    }
}

fn of_package(file: &Path) -> Option<Version> {
    if std::fs::metadata(file).ok()?.len() > MAX_PACKAGE {
        return None;
    }
    let package: Value = serde_json::from_str(&std::fs::read_to_string(file).ok()?).ok()?;
    let name = package.get("name")?.as_str()?;
    // The native programs of each platform are packages of their own, beside it.
    if !name.starts_with(PACKAGE) {
        return None;
    }
    package.get("version")?.as_str()?.parse().ok()
}

impl FromStr for Version {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut numbers = text.split('.').map(|part| part.parse::<u32>().map_err(drop));
        let mut next = || numbers.next().unwrap_or(Err(()));
        let version = Self(next()?, next()?, next()?);
        if numbers.next().is_some() { Err(()) } else { Ok(version) }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.0, self.1, self.2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_installed_version_is_told_by_the_files_around_it() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let package = at("lib/node_modules/@anthropic-ai/claude-code");
        std::fs::create_dir_all(package.join("bin")).unwrap();
        std::fs::create_dir_all(at("versions")).unwrap();
        std::fs::write(package.join("bin/claude.exe"), "").unwrap();
        std::fs::write(
            package.join("package.json"),
            r#"{"name":"@anthropic-ai/claude-code","version":"2.1.197"}"#,
        )
        .unwrap();
        std::fs::write(at("versions/2.1.330"), "").unwrap();
        std::fs::write(at("other"), "").unwrap();
        std::os::unix::fs::symlink(package.join("bin/claude.exe"), at("claude")).unwrap();
        std::os::unix::fs::symlink(at("versions/2.1.330"), at("native")).unwrap();
        let installed = |name: &str| Version::installed(&at(name)).map(|version| version.to_string());
        assert_eq!(installed("claude").as_deref(), Some("2.1.197"));
        assert_eq!(installed("native").as_deref(), Some("2.1.330"));
        assert_eq!((installed("other"), installed("no-such")), (None, None));
        assert!("2.1.9".parse::<Version>().unwrap() < Version::OLDEST && "2.1".parse::<Version>().is_err());
    }
}
