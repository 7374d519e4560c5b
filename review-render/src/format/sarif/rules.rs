//! The taxonomy: one rule per category, the same in every run, so that alerts keep their identity.

use review_core::Category;

use super::document::{Configuration, Message, Rule, RuleProperties};

/// Every rule, in a fixed order.
pub(super) fn all() -> Vec<Rule> {
    let known = Category::ALL.iter().map(|category| (category.as_str().to_owned(), describe(*category)));
    let other = std::iter::once(("other".to_owned(), "Something else that a reviewer found"));
    known.chain(other).map(|(name, text)| rule(&name, text)).collect()
}

fn describe(category: Category) -> &'static str {
    match category {
        Category::Correctness => "Wrong results",
        Category::Concurrency => "Races, deadlocks, leaked tasks",
        Category::Security => "Something an attacker can use",
        Category::ErrorHandling => "Errors swallowed, mistranslated or not handled",
        Category::Resource => "Memory, files, connections or processes not released",
        Category::ApiContract => "A promise to callers broken or unclear",
        Category::Performance => "Slower or bigger than it need be",
        Category::Tests => "Missing, disabled or empty tests",
        Category::Docs => "Missing or wrong documentation",
        Category::Maintainability => "Hard to read, change or configure",
        Category::Build => "Build, packaging, continuous integration, repository hygiene",
        _ => "Something else that a reviewer found",
    }
}

fn rule(name: &str, text: &'static str) -> Rule {
    let words: Vec<String> = name
        .split('-')
        .map(|word| {
            let mut letters = word.chars();
            letters
                .next()
                .map(|first| first.to_ascii_uppercase().to_string() + letters.as_str())
                .unwrap_or_default()
        })
        .collect();
    let security = name == "security";
    Rule {
        id: format!("deep-review/{name}"),
        name: words.concat(),
        short_description: Message::plain(text.to_owned()),
        full_description: Message::plain(format!("{text}, as found by one or several reviewers.")),
        help: Message::plain(
            "The report says who raised it, how sure that is, and what it was checked against.".to_owned(),
        ),
        default_configuration: Configuration { level: "warning" },
        properties: RuleProperties {
            // What reviewers find is checked, but not proven.
            precision: "medium",
            security_severity: security.then_some("7.0"),
            tags: if security { vec!["security"] } else { vec!["code-review"] },
        },
    }
}
