//! Whether a delivery is from the forge. Compared in constant time.

use std::fmt;

use deep_review::forge::ForgeKind;
use deep_review::{Error, ErrorKind, Result};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// The secret that a forge signs its deliveries with. `Debug` hides it.
#[derive(Clone)]
pub struct Secret(Vec<u8>);

impl Secret {
    /// A secret.
    ///
    /// # Errors
    /// `InvalidInput` when it is empty: everybody could sign with it.
    pub fn new(text: &str) -> Result<Self> {
        let text = text.trim();
        if text.is_empty() {
            return Err(Error::new(ErrorKind::InvalidInput, "the secret of webhooks is empty"));
        }
        Ok(Self(text.as_bytes().to_owned()))
    }

    /// Whether a body was signed with it, or, as GitLab does, sent along with it.
    pub(super) fn verifies(&self, kind: ForgeKind, body: &[u8], given: &str) -> bool {
        match kind {
            // A token is compared by its code, which is of one length whatever was given.
            ForgeKind::Gitlab => {
                let Some(expected) = self.code(&self.0) else { return false };
                self.code(given.as_bytes())
                    .is_some_and(|code| expected.verify(&code.finalize().into_bytes()).is_ok())
            }
            ForgeKind::Github => given.strip_prefix("sha256=").is_some_and(|hex| self.signed(body, hex)),
            _ => self.signed(body, given),
        }
    }

    fn signed(&self, body: &[u8], hex: &str) -> bool {
        let Some(given) = bytes(hex) else { return false };
        self.code(body).is_some_and(|code| code.verify_slice(&given).is_ok())
    }

    fn code(&self, body: &[u8]) -> Option<Hmac<Sha256>> {
        let mut code = Hmac::<Sha256>::new_from_slice(&self.0).ok()?;
        code.update(body);
        Some(code)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// The header that proves where a delivery is from.
pub(super) fn header(kind: ForgeKind) -> &'static str {
    match kind {
        ForgeKind::Github => "x-hub-signature-256",
        ForgeKind::Gitlab => "x-gitlab-token",
        _ => "x-gitea-signature",
    }
}

fn bytes(hex: &str) -> Option<Vec<u8>> {
    if hex.len() != 64 || !hex.is_ascii() {
        return None;
    }
    (0..32).map(|at| u8::from_str_radix(hex.get(2 * at..2 * at + 2)?, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_right_signature_passes() {
        // The example of GitHub's documentation.
        let secret = Secret::new("It's a Secret to Everybody").unwrap();
        let signature = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
        let github = |body: &[u8], given: &str| secret.verifies(ForgeKind::Github, body, given);
        assert!(github(b"Hello, World!", &format!("sha256={signature}")));
        for given in [
            "",
            "sha256=",
            signature,
            "sha256=zz",
            &format!("sha1={signature}"),
            &format!("sha256={signature}0"),
        ] {
            assert!(!github(b"Hello, World!", given), "{given}");
        }
        assert!(!github(b"Hello, World?", &format!("sha256={signature}")));
        assert!(secret.verifies(ForgeKind::Gitea, b"Hello, World!", signature));
        assert!(secret.verifies(ForgeKind::Gitlab, b"", "It's a Secret to Everybody"));
        assert!(!secret.verifies(ForgeKind::Gitlab, b"", "It's a Secret to Everybod"));
        assert!(Secret::new(" ").is_err());
        assert!(!format!("{secret:?}").contains("Everybody"));
    }
}
