//! A rule: data with a pattern, and the code that proves it.

use std::collections::HashMap;

use ast_grep_config::{DeserializeEnv, GlobalRules, RuleCore, SerializableRuleCore, from_multiple};
use ast_grep_core::Matcher as _;
use ast_grep_core::replacer::TemplateFix;
use ast_grep_language::SupportLang;
use review_core::{Category, Error, ErrorKind, Kind, Result, Severity};
use serde::Deserialize;
use serde_json::Value;

use crate::language::Language;
use crate::paths::PathKind;

/// Which files a rule looks at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Place {
    /// All of them.
    #[default]
    Anywhere,
    /// Not tests, examples and scripts of the build.
    Production,
    /// Tests only.
    Tests,
}

impl Place {
    /// Whether it takes in a file of this kind, or a part of it that is a test.
    pub(crate) fn takes(self, kind: PathKind, in_test: bool) -> bool {
        match self {
            Self::Anywhere => true,
            Self::Production => kind == PathKind::Production && !in_test,
            Self::Tests => kind == PathKind::Test || in_test,
        }
    }
}

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
    /// Code that takes the place of the match, where that is safe; `$NAME` as in the pattern.
    #[serde(default)]
    pub rewrite: Option<String>,
    /// The part of the match whose lines are reported, `NAME` of the pattern; the whole match where it is not given.
    #[serde(default)]
    pub at: Option<String>,
    /// Texts of which the code that it matches holds at least one; looking for them first is cheap. None: it is not asked.
    #[serde(default)]
    pub needs: Vec<String>,
    /// Which files it looks at.
    #[serde(default, rename = "where")]
    pub place: Place,
    /// It is about comments that speak to tools; other rules do not see them.
    #[serde(default)]
    pub sees_directives: bool,
    /// Whether it runs unless it is named.
    #[serde(default = "yes")]
    pub default: bool,
    /// Why it is on or off, where the measured labels alone don't say it.
    #[serde(default)]
    pub note: Option<String>,
    /// Where to read more: web addresses.
    #[serde(default)]
    pub references: Vec<String>,
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

fn yes() -> bool {
    true
}

impl RuleInfo {
    /// Its languages, the first one first.
    pub fn languages(&self) -> impl Iterator<Item = Language> {
        std::iter::once(self.language).chain(self.also.iter().copied())
    }
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
    relations: Relations,
    compiled: HashMap<Language, Compiled>,
}

/// A rule in one language.
pub(crate) struct Compiled {
    pub(crate) matcher: RuleCore,
    pub(crate) rewrite: Option<TemplateFix>,
}

impl Rule {
    /// Reads rules from YAML, one document each. Languages that this build can't parse are left out.
    ///
    /// # Errors
    /// `InvalidInput` when the YAML, a field or a pattern is wrong, a rule can match any kind of code, or it has no code
    /// that it must match and none that it must not.
    pub fn parse(yaml: &str) -> Result<Vec<Self>> {
        Self::parse_each(yaml)?.into_iter().collect()
    }

    /// Reads rules from YAML like [`parse`](Self::parse), and says of each on its own what is wrong with it.
    ///
    /// # Errors
    /// `InvalidInput` when the YAML or a field is wrong, so that no rule can be told from the next.
    pub fn parse_each(yaml: &str) -> Result<Vec<Result<Self>>> {
        let written: Vec<Written> = from_multiple(yaml).map_err(|error| invalid("?", &error.to_string()))?;
        Ok(written.into_iter().map(Self::compile).collect())
    }

    fn compile(Written { info, core }: Written) -> Result<Self> {
        if info.must_match.is_empty() || info.must_not_match.is_empty() {
            return Err(invalid(&info.id, "it needs code that it must match and code that it must not"));
        }
        let globals = GlobalRules::default();
        let mut compiled = HashMap::new();
        for language in info.languages() {
            let Some(parser) = language.parser() else { continue };
            let env = DeserializeEnv::new(parser).with_globals(&globals);
            let matcher = core.get_matcher(env).map_err(|error| invalid(&info.id, &describe(&error)))?;
            if matcher.potential_kinds().is_none() {
                return Err(invalid(&info.id, "it may match any kind of code; name a `kind` or a `pattern`"));
            }
            let rewrite = rewrite(&info, &core, parser)?;
            compiled.insert(language, Compiled { matcher, rewrite });
        }
        let relations = Relations::of(&core);
        Ok(Self { info, relations, compiled })
    }

    /// What it says about itself.
    pub fn info(&self) -> &RuleInfo {
        &self.info
    }

    /// Whether code can match at all, by the texts that it needs.
    pub(crate) fn may_match(&self, code: &str) -> bool {
        self.info.needs.is_empty() || self.info.needs.iter().any(|text| code.contains(text.as_str()))
    }

    /// How it looks at what is around the code that it matches.
    pub(crate) fn relations(&self) -> Relations {
        self.relations
    }

    pub(crate) fn compiled(&self, language: Language) -> Option<&Compiled> {
        self.compiled.get(&language)
    }
}

/// How a rule looks at what is around a candidate, wherever in the rule that is nested.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Relations {
    /// How often; a candidate costs so many times as much as what it may look at.
    pub(crate) count: usize,
    /// It looks at what stands before or after.
    pub(crate) beside: bool,
    /// It searches through what stands before or after.
    pub(crate) in_beside: bool,
    /// It searches through code that the candidate is inside of.
    pub(crate) in_outer: bool,
}

/// Where in a rule a part of it stands.
#[derive(Clone, Copy, Default)]
struct Within {
    inside: bool,
    beside: bool,
}

impl Relations {
    fn of(core: &SerializableRuleCore) -> Self {
        let mut found = Self::default();
        match serde_json::to_value(core) {
            Ok(rule) => found.walk(&rule, Within::default()),
            // One that can't be written down is taken for costly.
            Err(_) => found = Self { count: 8, beside: true, in_beside: true, in_outer: true },
        }
        found
    }

    fn walk(&mut self, value: &Value, within: Within) {
        match value {
            Value::Object(fields) => fields.iter().for_each(|(name, value)| self.field(name, value, within)),
            Value::Array(items) => items.iter().for_each(|item| self.walk(item, within)),
            _ => {}
        }
    }

    fn field(&mut self, name: &str, value: &Value, mut within: Within) {
        if value.is_null() {
            return;
        }
        let searches = |found: &mut Self| {
            found.in_outer |= within.inside;
            found.in_beside |= within.beside;
            // Searches within searches multiply; counting each keeps that in bounds.
            found.count += usize::from(within.inside || within.beside);
        };
        match name {
            "inside" => {
                self.count += 1;
                within.inside = true;
            }
            "follows" | "precedes" | "nthChild" => {
                self.count += 1;
                self.beside = true;
                self.in_outer |= within.inside;
                within.beside = true;
            }
            // Without an end of its own it looks at children only.
            "has" if value.get("stopBy").is_some_and(|end| !end.is_null() && end != "neighbor") => {
                searches(self)
            }
            // A rule by name may search as well.
            "matches" => searches(self),
            _ => {}
        }
        self.walk(value, within);
    }
}

fn rewrite(info: &RuleInfo, core: &SerializableRuleCore, parser: SupportLang) -> Result<Option<TemplateFix>> {
    let Some(template) = &info.rewrite else { return Ok(None) };
    let made = core.transform.iter().flat_map(|transform| transform.keys().cloned()).collect::<Vec<_>>();
    if !made.is_empty() {
        return Ok(Some(TemplateFix::with_transform(template, &parser, &made)));
    }
    TemplateFix::try_new(template, &parser).map(Some).map_err(|error| invalid(&info.id, &describe(&error)))
}

impl std::fmt::Debug for Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rule").field("id", &self.info.id).finish_non_exhaustive()
    }
}

fn invalid(id: &str, why: &str) -> Error {
    Error::new(ErrorKind::InvalidInput, format!("a rule can't be used: {why}")).with_context("rule", id)
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
