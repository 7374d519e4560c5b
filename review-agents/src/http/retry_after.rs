//! How long a server asks to wait.

use std::time::SystemTime;

use reqwest::header::HeaderMap;

/// What the headers say, in milliseconds: `retry-after-ms`, or `Retry-After` in seconds or as a date.
pub(super) fn read(headers: &HeaderMap, now: SystemTime) -> Option<u64> {
    let text = |name: &str| headers.get(name)?.to_str().ok().map(str::trim);
    if let Some(millis) = text("retry-after-ms").and_then(|text| text.parse::<f64>().ok()) {
        return millis_of(millis / 1000.0);
    }
    let after = text("retry-after")?;
    if let Ok(seconds) = after.parse::<f64>() {
        return millis_of(seconds);
    }
    // A time that has passed asks for no pause.
    let until = httpdate::parse_http_date(after).ok()?;
    Some(until.duration_since(now).map_or(0, |wait| u64::try_from(wait.as_millis()).unwrap_or(u64::MAX)))
}

fn millis_of(seconds: f64) -> Option<u64> {
    (0.0..1e9).contains(&seconds).then(|| (seconds * 1000.0).ceil() as u64)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    fn wait(name: &'static str, value: &str) -> Option<u64> {
        let mut headers = HeaderMap::new();
        headers.insert(name, value.parse().unwrap());
        // Sun, 06 Nov 1994 08:49:37 GMT.
        read(&headers, UNIX_EPOCH + Duration::from_secs(784_111_777))
    }

    #[test]
    fn pauses_come_in_three_forms() {
        assert_eq!(wait("retry-after", "2"), Some(2_000));
        assert_eq!(wait("retry-after", "0.5"), Some(500));
        assert_eq!(wait("retry-after-ms", "1500"), Some(1_500));
        assert_eq!(wait("retry-after", "Sun, 06 Nov 1994 08:49:47 GMT"), Some(10_000));
        assert_eq!(wait("retry-after", "Sun, 06 Nov 1994 08:49:00 GMT"), Some(0));
        for odd in ["soon", "-1", "Mon, 99 Nov 1994 08:49:47 GMT", "inf", "NaN"] {
            assert_eq!(wait("retry-after", odd), None, "{odd}");
        }
    }
}
