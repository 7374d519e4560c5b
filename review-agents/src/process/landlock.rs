//! Landlock: the process gives up writing for itself and everything that it starts.

use std::path::PathBuf;

use landlock::{
    ABI, AccessFs, CompatLevel, Compatible as _, Ruleset, RulesetAttr as _, RulesetCreatedAttr as _,
    RulesetStatus, path_beneath_rules,
};

/// The third version is the first in which a file can't be emptied without the right to write it.
const VERSION: ABI = ABI::V3;

/// Gives up writing anywhere but in these folders and to devices. Reading stays.
///
/// # Errors
/// When the kernel can't enforce all of it; then nothing has changed.
pub(super) fn give_up_writing(writable: &[PathBuf]) -> Result<(), String> {
    let all = AccessFs::from_write(VERSION);
    let enforce = || -> Result<RulesetStatus, landlock::RulesetError> {
        let status = Ruleset::default()
            .set_compatibility(CompatLevel::HardRequirement)
            .handle_access(all)?
            .create()?
            .add_rules(path_beneath_rules(writable, all))?
            .add_rules(path_beneath_rules(["/dev"], AccessFs::WriteFile))?
            .restrict_self()?;
        Ok(status.ruleset)
    };
    match enforce() {
        Ok(RulesetStatus::FullyEnforced) => Ok(()),
        Ok(status) => Err(format!("landlock is {status:?}")),
        Err(error) => Err(error.to_string()),
    }
}
