//! Colours for code, at render time and from the report's own excerpts. Without the feature `highlight` there are none
//! and the code is plain.

#[cfg(feature = "highlight")]
mod engine;

use std::ops::Range;
use std::rc::Rc;

use review_core::Excerpt;

/// What a piece of code is. Few on purpose: more colours than this tell a reader nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    not(feature = "highlight"),
    expect(dead_code, reason = "nothing makes colours without the feature")
)]
pub(crate) enum Class {
    Comment,
    Text,
    Number,
    Keyword,
    Type,
    Function,
    Name,
}

/// The coloured pieces of one line, in order and without overlap.
pub(crate) type Painted = Vec<(Range<usize>, Class)>;

/// Colours code as far as the report's budget goes.
#[derive(Default)]
pub(crate) struct Paint {
    #[cfg(feature = "highlight")]
    engine: Option<engine::Engine>,
}

impl Paint {
    /// Colours, or none.
    #[cfg_attr(
        not(feature = "highlight"),
        expect(unused_variables, reason = "there are no colours without the feature")
    )]
    pub(crate) fn new(wanted: bool) -> Self {
        #[cfg(feature = "highlight")]
        return Self { engine: wanted.then(engine::Engine::default) };
        #[cfg(not(feature = "highlight"))]
        Self::default()
    }

    /// The lines of an excerpt from its first one; the language follows from the path. An engine belongs to one
    /// report, whose excerpts don't move.
    #[cfg_attr(
        not(feature = "highlight"),
        expect(unused_variables, reason = "there are no colours without the feature")
    )]
    pub(crate) fn excerpt(&self, excerpt: &Excerpt) -> Option<Rc<Vec<Painted>>> {
        #[cfg(feature = "highlight")]
        return self.engine.as_ref()?.excerpt(excerpt);
        #[cfg(not(feature = "highlight"))]
        None
    }

    /// The lines of a code block; the language is the word after its fence.
    #[cfg_attr(
        not(feature = "highlight"),
        expect(unused_variables, reason = "there are no colours without the feature")
    )]
    pub(crate) fn block(&self, language: &str, text: &str) -> Option<Vec<Painted>> {
        #[cfg(feature = "highlight")]
        return self.engine.as_ref()?.block(language, text);
        #[cfg(not(feature = "highlight"))]
        None
    }
}
