//! A rule: data with a pattern, and the code that proves it.

use std::collections::HashMap;

use ast_grep_config::{DeserializeEnv, GlobalRules, RuleCore, SerializableRuleCore, from_multiple};
use review_core::{Category, Error, ErrorKind, Kind, Result, Severity};
use serde::Deserialize;

use crate::language::Language;

/// What a rule says about itself.
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct RuleInfo {
    /// `language.name`, stable over versions.
    pub id: String,
    /// What it is about.
    pub category: Category,
    /// How much it matters.
    pub severity: Severity,
    /// How it relates to the change.
    #[serde(default)]
    pub kind: Option<Kind>,
    /// Title of its findings; `$NAME` stands for the code that matched.
    pub title: String,
    /// Explanation, Markdown, with `$NAME` too.
    #[serde(default)]
    pub body: String,
    /// How the code fails.
    pub scenario: String,
    /// What would mend it, in words.
    pub fix: String,
    /// Whether test code is left alone.
    #[serde(default)]
    pub skip_tests: bool,
    /// The language it is written for.
    pub language: Language,
    /// Further languages in which the same pattern holds.
    #[serde(default)]
    pub also: Vec<Language>,
    /// Code that it must match.
    #[serde(rename = "match")]
    pub must_match: Vec<String>,
    /// Code that it must not match.
    #[serde(rename = "no_match")]
    pub must_not_match: Vec<String>,
}

#[derive(Deserialize)]
struct Written {
    #[serde(flatten)]
    info: RuleInfo,
    #[serde(flatten)]
    core: SerializableRuleCore,
}

/// A rule that is ready to run.
pub struct Rule {
    info: RuleInfo,
    matchers: HashMap<Language, RuleCore>,
}

impl Rule {
    /// Reads rules from YAML, one document each. Languages that this build can't parse are left out.
    ///
    /// # Errors
    /// `InvalidInput` when the YAML, a field or a pattern is wrong, or a rule has no code that it must match.
    pub fn parse(yaml: &str) -> Result<Vec<Self>> {
        let invalid = |id: &str, why: String| {
            Error::new(ErrorKind::InvalidInput, format!("a rule can't be used: {why}"))
                .with_context("rule", id)
        };
        let written: Vec<Written> = from_multiple(yaml).map_err(|error| invalid("?", error.to_string()))?;
        let mut rules = Vec::new();
        for Written { info, core } in written {
            if info.must_match.is_empty() || info.must_not_match.is_empty() {
                return Err(invalid(
                    &info.id,
                    "it needs code that it must match and code that it must not".into(),
                ));
            }
            let globals = GlobalRules::default();
            let mut matchers = HashMap::new();
            for language in std::iter::once(info.language).chain(info.also.iter().copied()) {
                let Some(parser) = language.parser() else { continue };
                let env = DeserializeEnv::new(parser).with_globals(&globals);
                let matcher = core.get_matcher(env).map_err(|error| invalid(&info.id, describe(&error)))?;
                matchers.insert(language, matcher);
            }
            rules.push(Self { info, matchers });
        }
        Ok(rules)
    }

    /// What it says about itself.
    pub fn info(&self) -> &RuleInfo {
        &self.info
    }

    pub(crate) fn matcher(&self, language: Language) -> Option<&RuleCore> {
        self.matchers.get(&language)
    }
}

impl std::fmt::Debug for Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rule").field("id", &self.info.id).finish_non_exhaustive()
    }
}

/// The error with its causes, on one line.
fn describe(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
