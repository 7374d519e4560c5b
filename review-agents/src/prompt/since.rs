//! What has changed since the round before, in words.

use review_core::{HunkOp, Since};

use super::untrusted::untrusted;

/// Most files that are listed with their lines; the rest are counted.
const MAX_FILES: usize = 200;
/// Most places that are listed of a file.
const MAX_PLACES: usize = 20;

/// Tells which lines are new since the commit that was reviewed before, and what that means for the work.
pub(super) fn described(since: &Since) -> String {
    let short: String = since.commit.chars().take(12).collect();
    if since.files.is_empty() {
        return format!(
            "\n\nThis change was reviewed before at {short}; none of its files has changed since."
        );
    }
    let rewritten = if since.rewritten {
        " The branch was written anew since, so some of these lines may come from its new base."
    } else {
        ""
    };
    let mut lines: Vec<String> = since
        .files
        .iter()
        .take(MAX_FILES)
        .map(|file| {
            let mut places: Vec<String> = file
                .hunks
                .iter()
                .flat_map(|hunk| hunk.added_ranges())
                .map(|range| range.to_string())
                .collect();
            let removed = file
                .hunks
                .iter()
                .flat_map(|hunk| &hunk.ops)
                .any(|op| matches!(op, HunkOp::Delete(n) if *n > 0));
            let more = places.len().saturating_sub(MAX_PLACES);
            places.truncate(MAX_PLACES);
            let more = if more > 0 { format!(" and {more} more places") } else { String::new() };
            match (places.is_empty(), removed) {
                (false, _) => format!("{}: lines {}{more}", file.path, places.join(", ")),
                (true, true) => format!("{}: only deletions", file.path),
                (true, false) => file.path.clone(),
            }
        })
        .collect();
    if since.files.len() > MAX_FILES {
        lines.push(format!("… and {} more files", since.files.len() - MAX_FILES));
    }
    format!(
        "\n\nThis change was reviewed before at {short}.{rewritten} New or changed since, by lines of the head:\n\n{}\n\n\
         Look at these in depth, and at what they mean for the rest. Read the rest only as far as they touch it; report there \
         what is plainly wrong.",
        untrusted("since", &lines.join("\n"))
    )
}

#[cfg(test)]
mod tests {
    use review_core::{ChangedFile, FileStatus, Hunk};

    use super::*;

    #[test]
    fn new_lines_are_named_by_file() {
        let changed = |path: &str, ops: Vec<HunkOp>| {
            ChangedFile::new(path, FileStatus::Modified).with_hunk(Hunk::new(10, 10, ops))
        };
        let files = vec![
            changed("a.rs", vec![HunkOp::Context(3), HunkOp::Add(2), HunkOp::Context(3), HunkOp::Add(1)]),
            changed("b.rs", vec![HunkOp::Delete(1)]),
        ];
        insta::assert_snapshot!(described(&Since::new("0123456789abcdef", true, files)), @"


        This change was reviewed before at 0123456789ab. The branch was written anew since, so some of these lines may come from its new base. New or changed since, by lines of the head:

        ```text untrusted since
        a.rs: lines 13-14, 18
        b.rs: only deletions
        ```

        Look at these in depth, and at what they mean for the rest. Read the rest only as far as they touch it; report there what is plainly wrong.
        ");
        assert!(described(&Since::new("0123456789abcdef", false, Vec::new())).contains("none of its files"));
    }
}
