//! Places as people write them: `path:10-20,31`, `path#L10-L20`, links, permalinks, `lines 10 to 20`.

mod path;
mod ranges;
mod sequence;
mod token;

pub(crate) use path::{Roots, learn_root};
pub(crate) use ranges::{is_range_list, read_ranges};
pub(crate) use sequence::{Places, read_places};
pub(crate) use token::{Trust, read_place};
