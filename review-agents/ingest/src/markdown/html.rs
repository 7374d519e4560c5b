//! Lines of HTML that stand for Markdown.

/// `<summary>title</summary>` and `<h3>title</h3>` as the Markdown that they stand for.
pub(crate) fn html_line(line: &str) -> Option<String> {
    if line.len() > 2000 {
        return None;
    }
    let rest = line
        .strip_prefix("<details>")
        .or_else(|| line.strip_prefix("<details open>"))
        .unwrap_or(line)
        .trim_start();
    let heading = rest.strip_prefix("<h").and_then(|rest| rest.split_once('>'));
    let (mark, inner) = match (rest.strip_prefix("<summary>"), heading) {
        (Some(inner), _) => ("**", inner.split("</summary>").next().unwrap_or(inner)),
        (None, Some((level, inner))) => (
            *["#", "##", "###", "####", "#####", "######"]
                .get(level.parse::<usize>().ok()?.checked_sub(1)?)?,
            inner.split("</h").next().unwrap_or(inner),
        ),
        (None, None) => return None,
    };
    let mut text = inner.to_owned();
    for tag in ["<b>", "</b>", "<strong>", "</strong>", "<em>", "</em>"] {
        text = text.replace(tag, "");
    }
    let text = text
        .replace("<code>", "`")
        .replace("</code>", "`")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&");
    let text = text.trim();
    Some(if mark == "**" { format!("**{text}**") } else { format!("{mark} {text}") })
}

/// A line of HTML tags or a comment, without text of its own.
pub(crate) fn is_only_tags(line: &str) -> bool {
    if line.starts_with("<!--") {
        return line.ends_with("-->");
    }
    let mut inside = false;
    line.chars().all(|c| {
        match c {
            '<' => inside = true,
            '>' => inside = false,
            c if !inside => return c.is_whitespace(),
            _ => {}
        }
        true
    })
}
