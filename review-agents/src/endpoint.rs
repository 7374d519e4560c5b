//! An API's address as people give it: with or without the version at its end.

/// The address with the API's version at its end, for programs and calls that expect it there.
///
/// A bare host gets the version; an address with a path of its own is taken as it stands, since only its owner knows what
/// is behind it.
///
/// ```
/// use review_agents::endpoint::with_version;
/// assert_eq!(with_version("http://127.0.0.1:80/", "v1"), "http://127.0.0.1:80/v1");
/// assert_eq!(with_version("https://host/api/v1/", "v1"), "https://host/api/v1");
/// assert_eq!(with_version("https://host/proxy", "v1"), "https://host/proxy");
/// ```
pub fn with_version(endpoint: &str, version: &str) -> String {
    let endpoint = endpoint.trim().trim_end_matches('/');
    let is_bare = endpoint.split_once("://").is_none_or(|(_, rest)| !rest.contains('/'));
    if is_bare { format!("{endpoint}/{version}") } else { endpoint.to_owned() }
}

/// The address without the API's version at its end, for programs that add it themselves: `…/v1/v1/…` is nowhere.
///
/// ```
/// use review_agents::endpoint::without_version;
/// assert_eq!(without_version("http://127.0.0.1:80/v1/", "v1"), "http://127.0.0.1:80");
/// assert_eq!(without_version("https://host/proxy", "v1"), "https://host/proxy");
/// ```
pub fn without_version<'a>(endpoint: &'a str, version: &str) -> &'a str {
    let endpoint = endpoint.trim().trim_end_matches('/');
    let cut = endpoint.strip_suffix(version).and_then(|rest| rest.strip_suffix('/'));
    cut.filter(|rest| !rest.ends_with(':') && !rest.ends_with('/')).unwrap_or(endpoint)
}
