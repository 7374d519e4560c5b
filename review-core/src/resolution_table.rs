//! Resolutions as people write them: a Markdown table of items and actions.

use crate::resolution::{Action, Resolution, Resolved};

/// Words that an action begins with, and what they mean.
const ACTIONS: &[(&str, Action)] = &[
    ("fix", Action::Fixed),
    ("done", Action::Fixed),
    ("resolved", Action::Fixed),
    ("skip", Action::Declined),
    ("declin", Action::Declined),
    ("reject", Action::Declined),
    ("won't", Action::Declined),
    ("wontfix", Action::Declined),
    ("not fixed", Action::Declined),
    ("comment", Action::Documented),
    ("document", Action::Documented),
    ("test", Action::TestWritten),
    ("defer", Action::Deferred),
    ("later", Action::Deferred),
    ("postpone", Action::Deferred),
    ("follow-up", Action::Deferred),
];

/// Names of item classes and the letter of their ids.
const CLASSES: &[(&str, char)] = &[
    ("critical", 'C'),
    ("important", 'I'),
    ("suggestion", 'S'),
    ("testing", 'T'),
    ("test", 'T'),
    ("documentation", 'O'),
    ("doc", 'O'),
    ("design", 'D'),
];

impl Resolution {
    /// Reads the rows of a Markdown table whose cells name an item (`I3`, `Important #3: title`, `Testing Gap #1`)
    /// and, in the last cell, an action (`Fixed (reason)`, `Skipped — reason`). Rows that name no item or no known
    /// action are left out; an item counts once.
    pub fn from_markdown(report: impl Into<String>, text: &str) -> Self {
        let mut resolution = Self::new(report);
        for line in text.lines().map(str::trim).filter(|line| line.starts_with('|')) {
            let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
            let Some((last, others)) = cells.split_last() else { continue };
            let item = others.iter().find_map(|cell| item_of(cell));
            let action = action_of(last);
            if let (Some(item), Some((action, reason))) = (item, action)
                && resolution.get(&item).is_none()
            {
                let mut resolved = Resolved::new(item, action);
                resolved.commit = commit_in(reason);
                resolved.reason = (!reason.is_empty()).then(|| reason.to_owned());
                resolution.items.push(resolved);
            }
        }
        resolution
    }
}

fn item_of(cell: &str) -> Option<String> {
    let cell = cell.trim_matches(|c: char| "*_`~[".contains(c) || c.is_whitespace());
    let word = cell.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or("");
    let mut letters = word.chars();
    if let Some(letter @ ('C' | 'I' | 'S' | 'T' | 'O' | 'D' | 'A' | 'U')) = letters.next()
        && !letters.as_str().is_empty()
        && letters.as_str().chars().all(|c| c.is_ascii_digit())
    {
        return Some(format!("{letter}{}", letters.as_str()));
    }
    let lower = cell.to_lowercase();
    let (_, letter) = CLASSES.iter().find(|(class, _)| lower.starts_with(class))?;
    // The number stands right behind the class: `Important #3`, `Testing Gap #1`, `Suggestion 2`.
    let head = lower.split([':', '—', '–']).next().unwrap_or("");
    let digits: String =
        head.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
    (!digits.is_empty()).then(|| format!("{letter}{digits}"))
}

fn action_of(cell: &str) -> Option<(Action, &str)> {
    let cell = cell.trim_matches(|c: char| "*_~".contains(c) || c.is_whitespace());
    let lower = cell.to_lowercase();
    let (_, action) = ACTIONS.iter().find(|(word, _)| lower.starts_with(word))?;
    let rest = cell.find(['(', '—', '–', ':']).and_then(|at| cell.get(at..)).unwrap_or("");
    let reason = rest.trim_start_matches(['(', '—', '–', ':', ' ']);
    // The bracket that closes the reason, not one inside it.
    let reason = if rest.starts_with('(') { reason.strip_suffix(')').unwrap_or(reason) } else { reason };
    Some((*action, reason.trim()))
}

/// A commit id in back-ticks: seven to sixty-four hexadecimal digits.
fn commit_in(reason: &str) -> Option<String> {
    reason
        .split('`')
        .skip(1)
        .step_by(2)
        .map(|code| code.split_whitespace().next().unwrap_or(""))
        .find(|word| (7..=64).contains(&word.len()) && word.chars().all(|c| c.is_ascii_hexdigit()))
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_as_people_write_them() {
        let text = "| # | Finding | Action |\n|---|---|---|\n\
            | 1 | Critical #1: names fail (twice) | Fixed (hashed, in `66eb50e`) |\n\
            | 2 | **I2** Retry loop | Skipped — measured: not hot |\n\
            | 3 | Suggestion #3: x | Commented |\n\
            | 4 | Testing Gap #1: none | Test written (unit) |\n\
            | 5 | Important #9: later | Deferred |\n\
            | 6 | Important #9: later | Fixed |\n\
            | 7 | Something else | Fixed |\n\
            | 8 | S4 | perhaps |\n";
        let lines: Vec<String> = Resolution::from_markdown("r", text)
            .items
            .iter()
            .map(|item| {
                let (reason, commit) =
                    (item.reason.as_deref().unwrap_or("-"), item.commit.as_deref().unwrap_or("-"));
                format!("{} {} {reason} / {commit}", item.item, item.action)
            })
            .collect();
        insta::assert_snapshot!(lines.join("\n"), @r"
        C1 fixed hashed, in `66eb50e` / 66eb50e
        I2 declined measured: not hot / -
        S3 documented - / -
        T1 test_written unit / -
        I9 deferred - / -
        ");
    }

    #[test]
    fn other_text_has_no_items() {
        assert!(Resolution::from_markdown("r", "just prose | with a bar\n|||\n|").items.is_empty());
    }
}
