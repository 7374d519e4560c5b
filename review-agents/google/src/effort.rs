//! Effort, as the models take it.

use serde_json::{Value, json};

/// Effort as the model takes it: models up to 2.5 have a budget of tokens, later ones have levels.
pub(crate) fn thinking(model: &str, effort: &str) -> Value {
    if let Ok(tokens) = effort.parse::<i64>() {
        return json!({"thinkingBudget": tokens});
    }
    let budget = match effort {
        "minimal" => 512,
        "low" => 2_048,
        "medium" => 8_192,
        // The most that every model with a budget takes.
        "high" => 24_576,
        _ => return json!({"thinkingLevel": effort.to_uppercase()}),
    };
    if ["gemini-1", "gemini-2"].iter().any(|old| model.starts_with(old)) {
        json!({"thinkingBudget": budget})
    } else {
        json!({"thinkingLevel": effort.to_uppercase()})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn effort_is_said_as_the_model_takes_it() {
        assert_eq!(thinking("gemini-2.5-pro", "high"), json!({"thinkingBudget": 24_576}));
        assert_eq!(thinking("gemini-3-pro", "high"), json!({"thinkingLevel": "HIGH"}));
        assert_eq!(thinking("gemini-3-pro", "1000"), json!({"thinkingBudget": 1000}));
    }
}
