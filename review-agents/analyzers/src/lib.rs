//! Built-in structural rules and analyser output as reviews.
