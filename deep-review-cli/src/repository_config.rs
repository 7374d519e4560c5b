//! What a repository may say: its `deep-review.toml`, read from the base commit only. It can leave files out, set the policy, switch rules
//! off and lower budgets; it can't name a command, an endpoint, a key or a reviewer.

use deep_review::{
    Cancel, Error, ErrorKind, Policy, Query, Registry, Result, ReviewerSpec, Session, Side, SourceTree,
};
use globset::{Glob, GlobSet, GlobSetBuilder};
use serde::Deserialize;

use super::args::RunArgs;
use super::{config, output};

const PATH: &str = "deep-review.toml";
/// At most so many patterns.
const MAX_PATTERNS: usize = 1_000;

/// The file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct RepositoryConfig {
    /// Which changed files are reviewed.
    paths: Paths,
    /// Thresholds, weights and caps.
    pub(crate) policy: Option<Policy>,
    /// The built-in rules.
    rules: Rules,
    /// What a run may take at most. A call can only ask for less.
    budget: Budget,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Paths {
    /// Changed files that are left out, as globs over the path from the repository's root: `vendor/**`, `*.lock` at any depth.
    exclude: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Rules {
    /// Ids of rules that don't run.
    off: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Budget {
    /// US dollars for one pass of one reviewer.
    max_cost: Option<f64>,
    /// Passes of one reviewer.
    passes: Option<u32>,
    /// Seconds for one pass.
    reviewer_timeout: Option<u64>,
    /// Seconds for all reviewers together.
    timeout: Option<u64>,
    /// Questions to the judge.
    max_questions: Option<u32>,
}

impl RepositoryConfig {
    /// The configuration at the base commit; empty when there is none.
    pub(crate) fn read(tree: &dyn SourceTree, cancel: &Cancel) -> Result<Self> {
        let facts = tree.answer(&[Query::file(Side::Base, PATH)], cancel)?;
        match facts.into_iter().next().and_then(|fact| fact.text) {
            Some(text) => toml::from_str(&text)
                .map_err(|error| config::invalid(&error, "deep-review.toml at the base commit")),
            None => Ok(Self::default()),
        }
    }

    /// The session without the files that are left out. A change of nothing else is an error.
    pub(crate) fn exclude(&self, session: Session) -> Result<Session> {
        if self.paths.exclude.is_empty() {
            return Ok(session);
        }
        let excluded = globs(&self.paths.exclude)?;
        let session = session.with_excluded(|path| excluded.is_match(path));
        if session.change().files.is_empty() {
            return Err(Error::new(
                ErrorKind::InvalidInput,
                "there is nothing to review: deep-review.toml at the base commit leaves out every changed file",
            ));
        }
        Ok(session)
    }

    /// The call with the repository's budgets, where they are lower.
    pub(crate) fn lower(&self, args: &mut RunArgs) {
        let lower =
            |ours: &mut Option<u64>, theirs: Option<u64>| *ours = ours.iter().copied().chain(theirs).min();
        lower(&mut args.reviewer_timeout, self.budget.reviewer_timeout);
        lower(&mut args.timeout, self.budget.timeout);
        args.max_questions = self.questions(args.max_questions);
    }

    /// At most so many questions to the judge, or the repository's fewer.
    pub(crate) fn questions(&self, most: u32) -> u32 {
        self.budget.max_questions.map_or(most, |ours| ours.min(most))
    }

    /// Most seconds for one pass, and for all reviewers together: the lower of the given and the repository's.
    #[cfg(any(feature = "serve", feature = "mcp"))]
    pub(crate) fn timeouts(&self, pass: Option<u64>, all: Option<u64>) -> (Option<u64>, Option<u64>) {
        let lower = |ours: Option<u64>, theirs: Option<u64>| ours.into_iter().chain(theirs).min();
        (lower(pass, self.budget.reviewer_timeout), lower(all, self.budget.timeout))
    }

    /// A reviewer with the repository's budgets, where they are lower, and without the rules that are off.
    pub(crate) fn bound(&self, mut spec: ReviewerSpec, registry: &Registry) -> Result<ReviewerSpec> {
        if spec.backend == "rules" && !self.rules.off.is_empty() {
            self.switch_off(&mut spec);
        }
        if let Some(most) = self.budget.passes
            && spec.number("passes")?.is_some_and(|passes| passes > most)
        {
            spec.options.insert("passes".into(), most.max(1).to_string());
        }
        if let Some(most) = self.budget.max_cost.filter(|dollars| *dollars > 0.0) {
            let micro = (most * 1e6).round() as u64;
            let given = spec.micro_usd("max-cost")?;
            let backend = registry.backends().find(|backend| backend.name == spec.backend);
            let costs = backend.is_some_and(|backend| backend.costs_money);
            // Where the provider does not tell what it takes, a limit needs the prices, which a repository does not know.
            let tells = backend.is_some_and(|backend| {
                backend.option("max-cost").is_some() && backend.option("prices").is_none()
            });
            if given.is_some_and(|given| given > micro) || (given.is_none() && tells) {
                spec.options.insert("max-cost".into(), most.to_string());
            } else if given.is_none() && costs {
                output::note(&format!(
                    "{spec}: the repository's max_cost can't be held; name max-cost=… where the backend has it"
                ));
            }
        }
        Ok(spec)
    }

    /// An id that this version does not have is said, and keeps nobody from reviewing.
    fn switch_off(&self, spec: &mut ReviewerSpec) {
        let known = deep_review::analyzers::Catalogue::all();
        let is_known = |id: &str| known.as_ref().is_ok_and(|catalogue| catalogue.has(id));
        let (off, unknown): (Vec<&str>, Vec<&str>) =
            self.rules.off.iter().map(String::as_str).partition(|id| is_known(id));
        for id in unknown {
            output::note(&format!(
                "deep-review.toml switches off a rule that is not there: {}",
                id.escape_debug()
            ));
        }
        if !off.is_empty() {
            let given = spec.option("off").map(|given| format!("{given}+")).unwrap_or_default();
            spec.options.insert("off".into(), given + &off.join("+"));
        }
    }
}

/// A pattern without a slash holds for a file's name in any folder, as in `.gitignore`.
fn globs(patterns: &[String]) -> Result<GlobSet> {
    let invalid = |pattern: &str, why: String| {
        Error::new(
            ErrorKind::InvalidInput,
            format!("deep-review.toml at the base commit has a pattern that can't be used: {why}"),
        )
        .with_context("pattern", pattern)
    };
    let mut set = GlobSetBuilder::new();
    if patterns.len() > MAX_PATTERNS {
        return Err(invalid(PATH, format!("there are more than {MAX_PATTERNS}")));
    }
    for pattern in patterns {
        let anywhere = if pattern.contains('/') { pattern.clone() } else { format!("**/{pattern}") };
        set.add(Glob::new(&anywhere).map_err(|error| invalid(pattern, error.kind().to_string()))?);
    }
    set.build().map_err(|error| invalid("", error.to_string()))
}

#[cfg(test)]
mod tests {
    use deep_review::{ChangeSet, ChangedFile, FileStatus, MemoryTree};

    use super::*;

    fn read(text: &str) -> Result<RepositoryConfig> {
        RepositoryConfig::read(&MemoryTree::new().with_base(PATH, text), &Cancel::new())
    }

    fn session(paths: &[&str]) -> Session {
        let mut change = ChangeSet::default();
        change.files = paths.iter().map(|path| ChangedFile::new(*path, FileStatus::Modified)).collect();
        Session::new(change, MemoryTree::new())
    }

    #[test]
    fn a_repository_can_set_policy_but_no_reviewer() {
        assert_eq!(read("[policy]\nquota = 7\n").unwrap().policy.unwrap().quota, 7);
        for text in [
            "reviewers = ['command:cmd=evil']\n",
            "[budget]\nendpoint = 'https://x'\n",
            "[rules]\nfolder = 'x'\n",
        ] {
            assert_eq!(read(text).unwrap_err().kind(), ErrorKind::InvalidInput);
        }
        let head_only = MemoryTree::new().with_head(PATH, "[policy]\nquota = 7\n");
        let config = RepositoryConfig::read(&head_only, &Cancel::new()).unwrap();
        assert!(config.policy.is_none(), "the head is not asked");
    }

    #[test]
    fn excluded_files_are_named_in_the_change() {
        let config = read("[paths]\nexclude = ['vendor/**', '*.lock']\n").unwrap();
        let session =
            config.exclude(session(&["Cargo.lock", "a/b.lock", "src/vendor/x.rs", "vendor/a/b.rs"])).unwrap();
        let change = session.change();
        assert_eq!(change.excluded, ["Cargo.lock", "a/b.lock", "vendor/a/b.rs"]);
        assert_eq!(change.files.len(), 1);
        let error = config.exclude(self::session(&["Cargo.lock"])).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        let broken =
            read("[paths]\nexclude = ['a[']\n").unwrap().exclude(self::session(&["a"])).err().unwrap();
        assert!(broken.to_string().contains("pattern: a["), "{broken}");
    }

    #[test]
    fn a_file_that_moves_into_an_excluded_folder_stays() {
        let config = read("[paths]\nexclude = ['vendor/**']\n").unwrap();
        let mut change = ChangeSet::default();
        change.files = vec![ChangedFile::new("vendor/a.rs", FileStatus::Renamed).with_old_path("src/a.rs")];
        let session = config.exclude(Session::new(change, MemoryTree::new())).unwrap();
        assert_eq!((session.change().files.len(), session.change().excluded.len()), (1, 0));
    }

    #[test]
    fn budgets_only_get_lower() {
        let config = read("[budget]\nmax_cost = 2.5\npasses = 2\n").unwrap();
        let registry = Registry::builtin();
        let bound = |spec: &str| config.bound(spec.parse().unwrap(), &registry).unwrap().to_string();
        assert_eq!(bound("claude-code:max-cost=9,passes=5"), "claude-code:max-cost=2.5,passes=2");
        assert_eq!(bound("claude-code:max-cost=1"), "claude-code:max-cost=1");
        assert_eq!(bound("claude-code"), "claude-code:max-cost=2.5");
        assert_eq!(bound("codex:passes=1"), "codex:passes=1");
    }

    #[test]
    fn rules_are_switched_off_and_unknown_ones_are_left() {
        let config = read("[rules]\noff = ['go.error-swallowed', 'prose.*', 'no.such']\n").unwrap();
        let bound = config.bound("rules".parse().unwrap(), &Registry::builtin()).unwrap();
        assert_eq!(bound.to_string(), "rules:off=go.error-swallowed+prose.*");
        assert!(Registry::builtin().make(&bound).is_ok());
        assert!(Registry::builtin().make(&"rules:off=no.such".parse().unwrap()).is_err());
    }
}
