//! The HTTP client, and what its failures mean.

use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Client, Url};
use review_core::{Error, ErrorKind, ErrorStatus, Result};

/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(30);

/// A client for one address.
///
/// No redirect is followed: a key must not travel to where an answer points. Proxies are those of the environment; this
/// machine itself is reached without one. Without a TLS provider of the program's own, ring is used.
///
/// # Errors
/// `InvalidInput` for what is no address; `Unavailable` when there are no root certificates.
pub(super) fn client(endpoint: &str) -> Result<Client> {
    let url = Url::parse(endpoint)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.host_str().is_some())
        .ok_or_else(|| {
            Error::new(ErrorKind::InvalidInput, "the endpoint is no http or https address")
                .with_context("endpoint", endpoint)
        })?;
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        // Another thread may be first; then its provider is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
    }
    let mut builder = Client::builder().redirect(Policy::none()).connect_timeout(CONNECT).http1_only();
    if url.scheme() == "http" {
        // A plain connection needs no root certificates, and a machine without any must not fail for it.
        builder = builder.tls_certs_only(std::iter::empty());
    }
    if is_this_machine(&url) {
        builder = builder.no_proxy();
    }
    builder.build().map_err(|error| {
        Error::new(
            ErrorKind::Unavailable,
            "the HTTP client can't be made; are root certificates installed (ca-certificates)?",
        )
        .with_status(ErrorStatus::Permanent)
        .with_context("because", chain(&error))
    })
}

fn is_this_machine(url: &Url) -> bool {
    match url.host_str() {
        Some("localhost" | "[::1]") => true,
        Some(host) => host.parse::<std::net::Ipv4Addr>().is_ok_and(|address| address.is_loopback()),
        None => false,
    }
}

/// What a failure of the connection means. The address is left out: it may hold what it must not.
pub(super) fn failed(error: reqwest::Error) -> Error {
    let error = error.without_url();
    let (kind, message) = if error.is_timeout() {
        (ErrorKind::Timeout, "the connection took too long")
    } else if error.is_connect() {
        (ErrorKind::Unavailable, "the server can't be reached")
    } else if error.is_builder() {
        (ErrorKind::InvalidInput, "the request can't be made")
    } else {
        (ErrorKind::Unavailable, "the connection broke")
    };
    Error::new(kind, message).with_context("because", chain(&error))
}

/// An error with its causes, on one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let said = error.to_string();
        if !text.contains(&said) {
            text.push_str(": ");
            text.push_str(&said);
        }
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_make_clients() {
        assert!(client("http://127.0.0.1:9/v1").is_ok());
        for odd in ["", "127.0.0.1", "file:///etc/passwd", "http://", "ftp://x"] {
            assert_eq!(client(odd).unwrap_err().kind(), ErrorKind::InvalidInput, "{odd}");
        }
    }

    #[test]
    fn this_machine_is_reached_without_a_proxy() {
        let here = |text: &str| is_this_machine(&Url::parse(text).unwrap());
        assert!(here("http://127.0.0.1:1") && here("http://localhost") && here("http://[::1]:1"));
        assert!(!here("https://api.example.com") && !here("http://10.0.0.1"));
    }
}
