//! Landlock: the process gives up reading and writing anywhere else, for itself and everything that it starts.

use std::path::PathBuf;

use landlock::{
    ABI, Access as _, AccessFs, CompatLevel, Compatible as _, Ruleset, RulesetAttr as _,
    RulesetCreatedAttr as _, RulesetStatus, path_beneath_rules,
};

/// The third version is the first in which a file can't be emptied without the right to write it.
const VERSION: ABI = ABI::V3;

/// Gives up reading anywhere but at `readable` (and devices and processes), and writing anywhere but at `writable` (and to
/// devices).
///
/// # Errors
/// When the kernel can't enforce all of it; then nothing has changed.
pub(super) fn confine(readable: &[PathBuf], writable: &[PathBuf]) -> Result<(), String> {
    let all = AccessFs::from_all(VERSION);
    let reading = AccessFs::from_read(VERSION);
    let enforce = || -> Result<RulesetStatus, landlock::RulesetError> {
        let status = Ruleset::default()
            .set_compatibility(CompatLevel::HardRequirement)
            .handle_access(all)?
            .create()?
            .add_rules(path_beneath_rules(readable, reading))?
            .add_rules(path_beneath_rules(["/proc"], reading))?
            .add_rules(path_beneath_rules(writable, all))?
            .add_rules(path_beneath_rules(["/dev"], reading | AccessFs::WriteFile))?
            .restrict_self()?;
        Ok(status.ruleset)
    };
    match enforce() {
        Ok(RulesetStatus::FullyEnforced) => Ok(()),
        Ok(status) => Err(format!("landlock is {status:?}")),
        Err(error) => Err(error.to_string()),
    }
}
