//! Which reviewer concentrates on what.

use std::path::Path;

use review_agents::prompt::Brief;
use review_core::{Error, ErrorKind, Result};

use super::{Registry, ReviewerSpec};

/// Name of the option.
pub(super) const OPTION: &str = "briefs";

/// Largest brief of one's own, in bytes.
const MAX_BRIEF: u64 = 64 << 10;

/// The briefs of each pass, as an option gives them: `none`, `auto` (the built-in ones dealt out over the passes), or names joined
/// by `+`, with `:` between passes. A name that ends in `.md` is a file.
///
/// # Errors
/// `InvalidInput` for an unknown name, and when a file can't be used.
pub(super) fn read(text: &str, passes: u32) -> Result<Vec<Vec<Brief>>> {
    match text {
        "" | "none" => Ok(Vec::new()),
        "auto" => {
            deal(passes as usize).iter().map(|names| names.iter().map(|name| brief(name)).collect()).collect()
        }
        text => text.split(':').map(|pass| pass.split('+').map(brief).collect()).collect(),
    }
}

fn brief(name: &str) -> Result<Brief> {
    if !name.ends_with(".md") {
        return Brief::named(name);
    }
    let stem =
        Path::new(name).file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let text = crate::files::read_text(Path::new(name), MAX_BRIEF)?;
    Brief::own(&stem, &text).map_err(|error| error.with_context("path", name))
}

/// The built-in briefs over so many seats, each in one at least. One seat alone looks at everything.
fn deal(seats: usize) -> Vec<Vec<String>> {
    if seats < 2 {
        return Vec::new();
    }
    let names: Vec<String> = Brief::builtin().into_iter().map(|brief| brief.name).collect();
    let mut dealt = vec![Vec::new(); seats];
    for index in 0..seats.max(names.len()) {
        if let (Some(seat), Some(name)) = (dealt.get_mut(index % seats), names.get(index % names.len())) {
            seat.push(name.clone());
        }
    }
    dealt
}

impl Registry {
    /// Gives reviewers that can have briefs, and have none yet, theirs: by `auto`, every pass of every reviewer another part of the
    /// built-in ones, so that they share the work; by `none`, nobody any; else everybody the same, written as in the option `briefs`.
    ///
    /// What was dealt out stands in the specifications, so that it can be seen and repeated.
    ///
    /// ```
    /// # #[cfg(feature = "command")] {
    /// use deep_review::{Registry, ReviewerSpec};
    /// let registry = Registry::builtin();
    /// let mut specs: Vec<ReviewerSpec> = vec!["a=command:cmd=x".parse().unwrap(), "b=command:cmd=y".parse().unwrap()];
    /// registry.deal_briefs(&mut specs, "auto").unwrap();
    /// assert_eq!(specs[1].option("briefs"), Some("removed-behaviour+failure-paths+security"));
    /// # }
    /// ```
    ///
    /// # Errors
    /// `InvalidInput` for briefs that there are not.
    pub fn deal_briefs(&self, specs: &mut [ReviewerSpec], briefs: &str) -> Result<()> {
        read(briefs, 1)?;
        // Nothing is dealt to a reviewer whose key or program is missing: its part would be done by nobody.
        let can = |spec: &ReviewerSpec| {
            let mut backends = self.backends();
            spec.option(OPTION).is_none()
                && backends.any(|backend| backend.name == spec.backend && backend.option(OPTION).is_some())
                && self.make(spec).is_ok()
        };
        let mut able: Vec<&mut ReviewerSpec> = specs.iter_mut().filter(|spec| can(spec)).collect();
        let mut seats = 0;
        for spec in &able {
            seats += spec.number("passes")?.unwrap_or(1) as usize;
        }
        let mut dealt = deal(seats).into_iter();
        for spec in &mut able {
            let passes = spec.number("passes")?.unwrap_or(1) as usize;
            let value = match briefs {
                "none" => continue,
                "auto" => {
                    dealt.by_ref().take(passes).map(|names| names.join("+")).collect::<Vec<_>>().join(":")
                }
                named => named.to_owned(),
            };
            if value.contains(',') {
                return Err(Error::new(ErrorKind::InvalidInput, "the name of a brief must not hold a comma")
                    .with_context("given", value));
            }
            if !value.is_empty() {
                spec.options.insert(OPTION.to_owned(), value);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_brief_is_dealt_and_everybody_has_one() {
        for seats in 2..12 {
            let dealt = deal(seats);
            assert!(
                dealt.len() == seats && dealt.iter().all(|names| !names.is_empty()),
                "{seats}: {dealt:?}"
            );
            let mut all: Vec<&String> = dealt.iter().flatten().collect();
            all.sort();
            all.dedup();
            assert_eq!(all.len(), 7, "{seats}");
        }
        assert_eq!((deal(0).len(), deal(1).len()), (0, 0));
    }

    #[test]
    fn briefs_are_read_for_each_pass() {
        let names = |text: &str, passes| -> Vec<Vec<String>> {
            let read = read(text, passes).unwrap();
            read.into_iter().map(|briefs| briefs.into_iter().map(|brief| brief.name).collect()).collect()
        };
        assert_eq!(
            names("security+line-walk:failure-paths", 2),
            [vec!["security", "line-walk"], vec!["failure-paths"]]
        );
        assert_eq!(names("auto", 3)[2], ["callers-and-siblings", "security"]);
        assert!(names("auto", 1).is_empty() && names("none", 3).is_empty());
        assert!(read("speed", 1).unwrap_err().to_string().contains("line-walk"));
        assert_eq!(read("no/such.md", 1).unwrap_err().kind(), ErrorKind::NotFound);
    }
}
