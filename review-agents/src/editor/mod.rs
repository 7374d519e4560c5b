//! A model as an editor, through any [`Agent`](review_core::Agent): it writes the summary and the retro from the facts of a report.
//!
//! * [`AgentEditor`]: asks, and reads what came back.
//! * `facts`: the report as a text in which nothing of the findings can act as an instruction.
//!
//! Whether the words hold is checked where the report is made, not here: see [`Editor`](review_core::Editor).

mod agent_editor;
mod facts;

pub use agent_editor::AgentEditor;
