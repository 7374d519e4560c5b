//! Commands in comments: `/deep-review`, `/deep-review dismiss S2 it is on purpose`. Pure; whoever carries a command out asks
//! [`Command::needs`] first.

use std::fmt;

use crate::model::Permission;

/// The word that a command starts with.
pub const WORD: &str = "/deep-review";

/// Most characters of a reason that are kept.
const MAX_REASON: usize = 500;

/// What somebody asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Command {
    /// Review the newest commit, if it has not been reviewed.
    Review,
    /// Review the newest commit in any case.
    Again,
    /// Tell how a finding came about.
    Explain {
        /// Its id in the newest report, for example `I3`.
        finding: String,
    },
    /// Don't raise a finding again until its code changes.
    Dismiss {
        /// Its id in the newest report; absent in an answer to the finding's own comment.
        finding: Option<String>,
        /// Why.
        reason: String,
    },
}

/// A line that starts like a command and is none.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NotACommand {
    /// What is wrong with it, to be told to whoever wrote it.
    pub message: String,
}

impl fmt::Display for NotACommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Command {
    /// Returns the right that somebody needs for it: explaining changes nothing, everything else costs money or hides something.
    pub fn needs(&self) -> Permission {
        match self {
            Self::Explain { .. } => Permission::Read,
            Self::Review | Self::Again | Self::Dismiss { .. } => Permission::Write,
        }
    }
}

/// Reads the commands of a comment, each on a line of its own that starts with `/deep-review`. Lines in code and in quotes are no
/// commands: they show one, or repeat somebody else's.
pub fn parse(body: &str) -> Vec<Result<Command, NotACommand>> {
    let mut fence: Option<(char, usize)> = None;
    let mut found = Vec::new();
    for text in body.lines() {
        // Four blanks make code; a quote begins with `>`.
        let indented = text.starts_with("    ") || text.starts_with('\t');
        let line = text.trim();
        if let Some((mark, length)) = fence_of(line) {
            match fence {
                None => fence = Some((mark, length)),
                Some((open, least)) if open == mark && length >= least => fence = None,
                Some(_) => {}
            }
            continue;
        }
        if fence.is_some() || indented {
            continue;
        }
        let Some(rest) = line.strip_prefix(WORD) else { continue };
        if rest.is_empty() || rest.starts_with(char::is_whitespace) {
            found.push(one(rest.trim()));
        }
    }
    found
}

fn fence_of(line: &str) -> Option<(char, usize)> {
    let mark = line.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let length = line.chars().take_while(|c| *c == mark).count();
    (length >= 3).then_some((mark, length))
}

fn one(text: &str) -> Result<Command, NotACommand> {
    let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let rest = rest.trim();
    match word {
        "" | "review" if rest.is_empty() => Ok(Command::Review),
        "again" if rest.is_empty() => Ok(Command::Again),
        "explain" => match id(rest) {
            Some((finding, "")) => Ok(Command::Explain { finding }),
            _ => Err(wrong("explain needs the id of one finding, for example: /deep-review explain I3")),
        },
        "dismiss" => {
            let (finding, reason) = match id(rest) {
                Some((finding, reason)) => (Some(finding), reason),
                None => (None, rest),
            };
            if reason.is_empty() {
                return Err(wrong(
                    "dismiss needs a reason, for example: /deep-review dismiss S2 it is on purpose",
                ));
            }
            let reason = reason.chars().filter(|c| !c.is_control()).take(MAX_REASON).collect();
            Ok(Command::Dismiss { finding, reason })
        }
        _ => Err(wrong("unknown command; there are: review, again, explain ID, dismiss ID REASON")),
    }
}

/// An id of a finding at the start of a text, and what follows it.
fn id(text: &str) -> Option<(String, &str)> {
    let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let mut letters = word.chars();
    let letter = letters.next()?.to_ascii_uppercase();
    let digits = letters.as_str();
    let is_id = matches!(letter, 'C' | 'I' | 'S')
        && (1..=6).contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_id.then(|| (format!("{letter}{digits}"), rest.trim()))
}

fn wrong(message: &str) -> NotACommand {
    NotACommand { message: message.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(body: &str) -> String {
        let shown: Vec<String> = parse(body)
            .into_iter()
            .map(|command| match command {
                Ok(command) => format!("{command:?}"),
                Err(error) => format!("! {error}"),
            })
            .collect();
        shown.join("\n")
    }

    #[test]
    fn commands_are_lines_of_their_own() {
        insta::assert_snapshot!(shown(
            "Thanks!\n/deep-review\n/deep-review again\r\n  /deep-review explain i3\n/deep-review dismiss S2 it is on purpose\n/deep-review dismiss too noisy"
        ), @r#"
        Review
        Again
        Explain { finding: "I3" }
        Dismiss { finding: Some("S2"), reason: "it is on purpose" }
        Dismiss { finding: None, reason: "too noisy" }
        "#);
    }

    #[test]
    fn what_is_wrong_is_said() {
        insta::assert_snapshot!(shown("/deep-review dismiss S2\n/deep-review explain\n/deep-review merge it"), @r"
        ! dismiss needs a reason, for example: /deep-review dismiss S2 it is on purpose
        ! explain needs the id of one finding, for example: /deep-review explain I3
        ! unknown command; there are: review, again, explain ID, dismiss ID REASON
        ");
    }

    #[test]
    fn code_quotes_and_words_that_only_begin_alike_are_no_commands() {
        let body = "> /deep-review again\n```\n/deep-review again\n~~~\n/deep-review again\n```\n    /deep-review\n\
                    /deep-reviewer\nsay /deep-review\n`/deep-review`\n````\n```\n/deep-review\n";
        assert_eq!(shown(body), "");
    }
}
