//! A decorator or annotation that protected a function is gone.

use review_core::LineRange;

use super::pairs::Pairs;
use super::{Broken, SourcePlace};
use crate::engine::one_line;

/// Words in the names of marks that keep something out, or keep something whole.
const PROTECTING: &[&str] = &[
    "login",
    "auth",
    "permission",
    "csrf",
    "role",
    "secured",
    "atomic",
    "transaction",
    "synchronized",
    "retry",
    "throttle",
    "ratelimit",
    "rate_limit",
    "limiter",
    "require",
    "admin",
    "lock",
    "guard",
    "valid",
    "scope",
    "sudo",
    "sensitive",
];

pub(super) fn removed(pairs: &Pairs<'_>, out: &mut Vec<Broken>) {
    for pair in pairs.in_production() {
        let fresh = pair.head.marks.iter().any(|mark| !pair.base.marks.contains(mark));
        let gone: Vec<&String> =
            pair.base.marks.iter().filter(|mark| !pair.head.marks.contains(mark)).collect();
        let ([mark], false) = (gone.as_slice(), fresh) else { continue };
        let name = mark.split('(').next().unwrap_or_default().to_ascii_lowercase();
        let protects = PROTECTING.iter().any(|word| name.contains(word))
            && !name.contains("exempt")
            && !name.ends_with("author");
        // Rust's attributes are for the compiler.
        if !protects || name.starts_with("#[") {
            continue;
        }
        // Moved to the class or into the body.
        let bare = name.trim_start_matches('@').rsplit('.').next().unwrap_or_default().to_owned();
        let lives_on = pairs.files.iter().any(|file| file.added_text().to_ascii_lowercase().contains(&bare));
        if lives_on {
            continue;
        }
        out.push(
            Broken::new(
                "change.protection-removed",
                SourcePlace::head(&pair.head_version.path, LineRange::line(pair.head.line)),
                [("MARK", &one_line(mark)), ("FUNCTION", &pair.head.name)],
            )
            .with_further(vec![SourcePlace::base(
                &pair.base_version.path,
                LineRange::line(pair.base.span.lines.start),
            )]),
        );
    }
}
