//! A GitHub App: a signed request for a token of an hour, renewed before it ends.
//!
//! The signature is made with `ring`, which the TLS connection needs in any case; a crate for JSON Web Tokens would bring a second
//! cryptography library for three lines of text.

use std::fmt;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::Method;
use reqwest::header::{AUTHORIZATION, HeaderValue};
use review_core::{Cx, Error, ErrorKind, Result};
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject as _;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::Mutex;

use std::sync::Arc;

use super::{Login, Rights, StaticToken, Token};
use crate::http::{Api, Scheme};

/// A token is renewed when it is valid for less than this: longer than any request takes.
const MARGIN: Duration = Duration::from_secs(5 * 60);
/// How long a signed request is valid. GitHub allows ten minutes; clocks differ.
const SIGNED_FOR: u64 = 8 * 60;
/// How far back a signed request is dated, for clocks that differ.
const BACKDATED: u64 = 60;

/// A GitHub App that is installed where the repository is.
pub struct AppLogin {
    api: Api,
    app: String,
    key: RsaKeyPair,
    project: String,
    current: Mutex<Option<Installed>>,
}

#[derive(Clone)]
struct Installed {
    token: Token,
    until: SystemTime,
    rights: Rights,
}

impl AppLogin {
    /// An App by its id (or client id) and private key in PEM, for the repository `owner/name` at an interface such as
    /// `https://api.github.com`.
    ///
    /// # Errors
    /// `InvalidInput` when the key is none that GitHub gives, or for what is no address.
    pub fn new(api: &str, app: impl Into<String>, key_pem: &str, project: impl Into<String>) -> Result<Self> {
        let wrong = |what: &str| Error::new(ErrorKind::InvalidInput, format!("the App's private key {what}"));
        let der = PrivateKeyDer::from_pem_slice(key_pem.as_bytes()).map_err(|_| wrong("is no PEM file"))?;
        let key = match &der {
            PrivateKeyDer::Pkcs1(der) => RsaKeyPair::from_der(der.secret_pkcs1_der()),
            PrivateKeyDer::Pkcs8(der) => RsaKeyPair::from_pkcs8(der.secret_pkcs8_der()),
            _ => return Err(wrong("is no RSA key")),
        }
        .map_err(|_| wrong("is no RSA key of at least 2,048 bits"))?;
        // The signed request goes into a header of its own; this login is never asked.
        let nobody = Arc::new(StaticToken::new(Token::new("none"))?);
        let api = Api::new(api, nobody, Scheme::Bearer)?;
        Ok(Self { api, app: app.into(), key, project: project.into(), current: Mutex::new(None) })
    }

    async fn current(&self, cx: &Cx) -> Result<Installed> {
        // Held while asking, so that two requests don't both renew it.
        let mut current = self.current.lock().await;
        if let Some(known) = current.as_ref().filter(|known| known.until > SystemTime::now() + MARGIN) {
            return Ok(known.clone());
        }
        let new = self.renew(cx).await?;
        *current = Some(new.clone());
        Ok(new)
    }

    async fn renew(&self, cx: &Cx) -> Result<Installed> {
        #[derive(Deserialize)]
        struct Installation {
            id: u64,
            suspended_at: Option<String>,
        }
        #[derive(Deserialize)]
        struct Access {
            token: String,
            #[serde(default)]
            permissions: Value,
        }
        let installation: Installation = self
            .ask(Method::GET, &format!("/repos/{}/installation", self.project), None, cx)
            .await
            .map_err(|error| match error.kind() {
                ErrorKind::NotFound => {
                    Error::new(ErrorKind::Unauthorized, "the App is not installed at this repository")
                        .with_context("repository", &self.project)
                }
                _ => error,
            })?;
        if installation.suspended_at.is_some() {
            return Err(Error::new(ErrorKind::Unauthorized, "the App's installation is suspended"));
        }
        let name = self.project.rsplit('/').next().unwrap_or_default();
        let path = format!("/app/installations/{}/access_tokens", installation.id);
        let access: Access =
            self.ask(Method::POST, &path, Some(json!({ "repositories": [name] })), cx).await?;
        let right =
            |name: &str| access.permissions.get(name).and_then(Value::as_str).map(|level| level == "write");
        // The answer names exactly what there is: a right that is missing is not there.
        let listed = access.permissions.is_object();
        let known = |name: &str| if listed { Some(right(name).unwrap_or(false)) } else { None };
        Ok(Installed {
            token: Token::new(&access.token),
            // GitHub's tokens are valid for an hour. Its own date would have to be compared with this machine's clock.
            until: SystemTime::now() + Duration::from_secs(3_600),
            rights: Rights {
                contents: known("contents"),
                checks: known("checks"),
                statuses: known("statuses"),
            },
        })
    }

    async fn ask<T: serde::de::DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
        cx: &Cx,
    ) -> Result<T> {
        let mut value = HeaderValue::from_str(&format!("Bearer {}", self.signed()?))
            .map_err(|_| Error::new(ErrorKind::Internal, "a signed request can't be sent"))?;
        value.set_sensitive(true);
        let url = format!("{}{path}", self.api.base());
        self.api
            .send_with(method, &url, body, (AUTHORIZATION, value), cx)
            .await?
            .read("the App's installation")
    }

    /// A JSON Web Token: header, claims and signature.
    fn signed(&self) -> Result<String> {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
        let claims =
            json!({ "iat": now.saturating_sub(BACKDATED), "exp": now + SIGNED_FOR, "iss": self.app });
        let text = format!(
            "{}.{}",
            URL_SAFE_NO_PAD.encode(r#"{"alg":"RS256","typ":"JWT"}"#),
            URL_SAFE_NO_PAD.encode(claims.to_string())
        );
        let mut signature = vec![0; self.key.public().modulus_len()];
        self.key
            .sign(&RSA_PKCS1_SHA256, &ring::rand::SystemRandom::new(), text.as_bytes(), &mut signature)
            .map_err(|_| Error::new(ErrorKind::Internal, "signing failed"))?;
        Ok(format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

impl fmt::Debug for AppLogin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AppLogin")
            .field("app", &self.app)
            .field("project", &self.project)
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl Login for AppLogin {
    async fn token(&self, cx: &Cx) -> Result<Token> {
        Ok(self.current(cx).await?.token)
    }

    async fn rights(&self, cx: &Cx) -> Result<Rights> {
        Ok(self.current(cx).await?.rights)
    }
}
