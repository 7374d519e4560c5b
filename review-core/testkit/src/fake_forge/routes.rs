//! Finding a request's handler by the templates of paths.

use super::server::decoded;

/// The parameters of a path, decoded, where it is of this template: `/repos/{owner}/{repo}`.
pub(super) fn matched(template: &str, path: &str) -> Option<Vec<String>> {
    let (mut parts, mut segments) = (template.split('/'), path.split('/'));
    let mut parameters = Vec::new();
    loop {
        match (parts.next(), segments.next()) {
            (None, None) => return Some(parameters),
            (Some(part), Some(segment)) if part.starts_with('{') => parameters.push(decoded(segment)),
            (Some(part), Some(segment)) if part == segment => {}
            _ => return None,
        }
    }
}
