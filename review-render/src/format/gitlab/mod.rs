//! GitLab: discussions of a merge request, and the code quality report.

pub(crate) mod code_quality;
pub(crate) mod discussions;
pub(crate) mod sha1;
