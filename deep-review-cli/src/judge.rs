//! Who answers a run's open questions.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use deep_review::agents::AgentJudge;
use deep_review::{
    Decisions, Document as _, ErrorKind, Limits, Registry, Result, ReviewerSpec, Session, files,
};

use super::output;
use super::repository_config::RepositoryConfig;
use super::terminal_judge::TerminalJudge;

/// Most bytes of a decisions document.
const MAX_BYTES: u64 = 64 << 20;

/// Who is to answer, and how much.
pub(crate) struct JudgeCall<'a> {
    /// `auto`, `none`, `terminal` or a specification; `auto` where nobody is named.
    pub(crate) who: Option<&'a str>,
    /// At most so many questions.
    pub(crate) max_questions: u32,
    /// Reports of earlier rounds, beside which answers may stand.
    pub(crate) previous: &'a [PathBuf],
}

/// The session with whoever answers its open questions: you, a model through a backend, or nobody. Unless the call says who,
/// the first model that reviews and can answer does, where at least two of them review: only where several review
/// is there something to compare.
pub(crate) fn with_judge(
    mut session: Session,
    call: &JudgeCall<'_>,
    specs: &[ReviewerSpec],
    repository: &RepositoryConfig,
    registry: &Registry,
) -> Result<Session> {
    session =
        session.with_max_questions(call.max_questions as usize).with_earlier_answers(earlier(call.previous));
    match call.who.unwrap_or("auto") {
        "none" => Ok(session),
        "terminal" => Ok(session.with_judge(Arc::new(TerminalJudge::new()?))),
        "auto" => match automatic(specs, registry) {
            None => Ok(session),
            Some(spec) => {
                output::note(&announcement(spec, call.max_questions));
                let judge = agent_judge(repository.bound(spec.clone(), registry)?, registry)?;
                Ok(session.with_agent_judge(judge))
            }
        },
        // Naming a judge is the consent to what it costs.
        named => Ok(session.with_agent_judge(agent_judge(named.parse()?, registry)?)),
    }
}

/// Who answers where nobody was named.
pub(crate) fn automatic<'s>(specs: &'s [ReviewerSpec], registry: &Registry) -> Option<&'s ReviewerSpec> {
    let able = registry.judges_among(specs);
    if able.len() < 2 {
        return None;
    }
    able.into_iter().find(|spec| registry.agent(spec).is_ok())
}

/// What a person is told of the judge before it is asked.
pub(crate) fn announcement(spec: &ReviewerSpec, questions: u32) -> String {
    format!(
        "judge: {} answers what the reviewers leave open, at most {questions} questions in two calls; `--judge none` leaves them open",
        spec.name
    )
}

fn agent_judge(spec: ReviewerSpec, registry: &Registry) -> Result<AgentJudge> {
    let mut limits = Limits::default();
    limits.cost_micro_usd = spec.micro_usd("max-cost")?;
    Ok(registry.judge(&spec)?.with_limits(limits))
}

/// What was answered in the runs that earlier reports are from, where their records stand beside them.
fn earlier(reports: &[PathBuf]) -> Decisions {
    let mut all = Decisions::new();
    for report in reports {
        let file = report.parent().unwrap_or(Path::new("")).join("run").join("decisions.json");
        let read = files::read_text(&file, MAX_BYTES).and_then(|text| Decisions::from_json(&text));
        match read {
            Ok(known) => all.decisions.extend(known.decisions),
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => {
                output::note(&format!("the answers of an earlier round can't be used: {error}"));
            }
        }
    }
    all
}
