//! Which events start what. Pure: rights are asked for by whoever carries it out.

use serde::Deserialize;

use crate::command::{Command, parse};
use crate::event::{ForgeEvent, Happened};
use crate::model::Permission;

/// What starts a review. In configuration, a table with these names.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Triggers {
    /// When a pull request is opened. Default: yes.
    pub opened: bool,
    /// When commits are pushed to it. Default: yes.
    pub pushed: bool,
    /// When it is no draft any more. Default: yes.
    pub ready: bool,
    /// When it gets this label. Default: none.
    pub label: Option<String>,
    /// When somebody with the right writes a command. Default: yes.
    pub commands: bool,
    /// Whether drafts are reviewed without being asked. Default: no.
    pub drafts: bool,
    /// Whether pull requests of programs are reviewed without being asked. Default: no.
    pub programs: bool,
}

impl Default for Triggers {
    fn default() -> Self {
        Self {
            opened: true,
            pushed: true,
            ready: true,
            label: None,
            commands: true,
            drafts: false,
            programs: false,
        }
    }
}

/// What an event asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Asked {
    /// A review of the head.
    Review {
        /// Whether a person waits for it.
        by_person: bool,
        /// Whether it is wanted even if the head was reviewed before.
        again: bool,
    },
    /// An explanation of a finding.
    Explain {
        /// Its id.
        finding: String,
    },
    /// That a finding is not raised again. The comment itself is what later rounds read.
    Dismiss,
    /// An answer about what is wrong with a command.
    Answer(String),
    /// The end of whatever runs for the pull request.
    Stop,
}

impl Asked {
    /// The right that whoever asks needs.
    pub fn needs(&self) -> Permission {
        match self {
            Self::Review { by_person: true, .. } | Self::Dismiss => Permission::Write,
            _ => Permission::None,
        }
    }
}

/// Returns what an event asks for; or, where that is nothing, why.
pub fn asked(event: &ForgeEvent, triggers: &Triggers) -> Result<Vec<Asked>, &'static str> {
    let wanted = match &event.what {
        Happened::Closed => return Ok(vec![Asked::Stop]),
        // An answer to our own comment, or another program's: two programs must not talk to each other.
        Happened::Commented { .. } if event.by_program => return Err("a program wrote the comment"),
        Happened::Commented { body, .. } => return commands(body, triggers),
        Happened::Labelled(label) if triggers.label.as_ref() == Some(label) => {
            return Ok(vec![Asked::Review { by_person: true, again: false }]);
        }
        Happened::Labelled(_) => return Err("the label starts nothing"),
        Happened::Opened => triggers.opened,
        Happened::Pushed => triggers.pushed,
        Happened::Ready => triggers.ready,
    };
    if !wanted {
        Err("such events start nothing")
    } else if event.draft && !triggers.drafts {
        Err("drafts are only reviewed when somebody asks")
    } else if event.by_program && !triggers.programs {
        Err("pull requests of programs are only reviewed when somebody asks")
    } else {
        Ok(vec![Asked::Review { by_person: false, again: false }])
    }
}

fn commands(body: &str, triggers: &Triggers) -> Result<Vec<Asked>, &'static str> {
    if !triggers.commands {
        return Err("commands start nothing");
    }
    let all: Vec<Asked> = parse(body)
        .into_iter()
        .map(|command| match command {
            Ok(Command::Review) => Asked::Review { by_person: true, again: false },
            Ok(Command::Again) => Asked::Review { by_person: true, again: true },
            Ok(Command::Explain { finding }) => Asked::Explain { finding },
            Ok(Command::Dismiss { .. }) => Asked::Dismiss,
            Err(wrong) => Asked::Answer(wrong.message),
        })
        .collect();
    if all.is_empty() { Err("the comment holds no command") } else { Ok(all) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(what: Happened) -> ForgeEvent {
        ForgeEvent {
            project: "o/n".to_owned(),
            repository_url: String::new(),
            number: 7,
            what,
            actor: "ann".to_owned(),
            by_program: false,
            head: None,
            draft: false,
        }
    }

    #[test]
    fn pushes_start_reviews_and_drafts_wait() {
        let triggers = Triggers::default();
        let unasked = Ok(vec![Asked::Review { by_person: false, again: false }]);
        for what in [Happened::Opened, Happened::Pushed, Happened::Ready] {
            assert_eq!(asked(&event(what.clone()), &triggers), unasked);
            let draft = ForgeEvent { draft: true, ..event(what.clone()) };
            assert!(asked(&draft, &triggers).is_err());
            let program = ForgeEvent { by_program: true, ..event(what) };
            assert!(asked(&program, &triggers).is_err());
        }
        assert_eq!(asked(&event(Happened::Closed), &triggers), Ok(vec![Asked::Stop]));
        assert!(asked(&event(Happened::Labelled("bug".to_owned())), &triggers).is_err());
    }

    #[test]
    fn commands_need_rights_and_wrong_ones_are_answered() {
        let triggers = Triggers::default();
        let said = |body: &str| {
            asked(
                &event(Happened::Commented { id: "1".to_owned(), body: body.to_owned(), may_write: None }),
                &triggers,
            )
        };
        assert_eq!(said("/deep-review again"), Ok(vec![Asked::Review { by_person: true, again: true }]));
        assert!(said("/deep-review again").unwrap()[0].needs().may_write());
        assert!(matches!(said("/deep-review merge").unwrap()[0], Asked::Answer(_)));
        assert!(said("nice").is_err());
        let program = ForgeEvent {
            by_program: true,
            ..event(Happened::Commented {
                id: "1".to_owned(),
                body: "/deep-review".to_owned(),
                may_write: Some(true),
            })
        };
        assert!(asked(&program, &triggers).is_err());
    }
}
