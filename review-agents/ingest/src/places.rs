//! Places as people write them: `path:10-20,31`, `path#L10-L20`, links, permalinks, `lines 10 to 20`.

mod known;
mod path;
mod ranges;
mod sequence;
mod token;

pub use known::repair_paths;
pub(crate) use path::{Roots, absolute, join, learn_root};
pub(crate) use ranges::{is_range_list, read_ranges};
pub(crate) use sequence::{Places, mentions, read_places};
pub(crate) use token::{Trust, read_place};
