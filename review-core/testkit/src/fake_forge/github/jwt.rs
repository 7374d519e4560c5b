//! The token by which an app proves who it is: RS256, ten minutes at most.

use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::Value;

use super::super::reply::Reply;
use super::context::{Context, error};

/// GitHub's own limit.
const LONGEST: u64 = 600;
/// What clocks may differ by.
const DRIFT: u64 = 60;

pub(super) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// The app that the request's token is signed by: its place among the apps.
pub(super) fn app(context: &Context<'_>) -> Result<usize, Reply> {
    let refused = |why: &str| error(401, why);
    let undecoded = || refused("A JSON web token could not be decoded");
    let token = context.request.token().ok_or_else(undecoded)?;
    let mut parts = token.split('.');
    let (Some(header), Some(claims), Some(signature), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(undecoded());
    };
    let read =
        |part: &str| -> Option<Value> { serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok() };
    let (header_of, claims_of) = (read(header).ok_or_else(undecoded)?, read(claims).ok_or_else(undecoded)?);
    if header_of.get("alg").and_then(Value::as_str) != Some("RS256") {
        return Err(undecoded());
    }
    let issuer = match claims_of.get("iss") {
        Some(Value::Number(id)) => id.as_u64(),
        Some(Value::String(id)) => id.parse().ok(),
        _ => return Err(refused("Missing 'issuer' claim ('iss') in assertion")),
    };
    let found = context.state.apps.iter().position(|app| Some(app.id) == issuer);
    let index = found.ok_or_else(|| error(404, "Integration not found"))?;
    let time = |claim: &str| claims_of.get(claim).and_then(Value::as_u64);
    let (Some(issued), Some(expires)) = (time("iat"), time("exp")) else {
        return Err(refused(
            "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
        ));
    };
    let now = now();
    if expires <= now {
        return Err(refused(
            "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
        ));
    }
    if expires > now + LONGEST + DRIFT || expires > issued + LONGEST + DRIFT {
        return Err(refused("'Expiration time' claim ('exp') is too far in the future"));
    }
    if issued > now + DRIFT {
        return Err(refused(
            "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
        ));
    }
    let key = context.state.apps.get(index).and_then(|app| app.public_key.as_deref());
    if let Some(key) = key {
        let der = public_key(key).unwrap_or_else(|| panic!("the app's public key is PEM"));
        let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| undecoded())?;
        let signed = format!("{header}.{claims}");
        let key = ring::signature::UnparsedPublicKey::new(&ring::signature::RSA_PKCS1_2048_8192_SHA256, der);
        key.verify(signed.as_bytes(), &signature).map_err(|_| undecoded())?;
    }
    Ok(index)
}

/// The key inside of a PEM file, either form, as PKCS #1.
fn public_key(pem: &str) -> Option<Vec<u8>> {
    /// The algorithm's name in the form that has one: rsaEncryption, no parameters.
    const RSA: [u8; 15] =
        [0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00];
    let text: String = pem.lines().filter(|line| !line.starts_with("-----")).map(str::trim).collect();
    let der = STANDARD.decode(text).ok()?;
    let Some(at) = der.windows(RSA.len()).position(|window| window == RSA) else { return Some(der) };
    // A bit string follows: tag, a length in three bytes for keys of this size, no unused bits.
    der.get(at + RSA.len() + 5..).map(<[u8]>::to_vec)
}
