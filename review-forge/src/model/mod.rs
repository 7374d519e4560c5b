//! What a forge tells: the change, what was said about it, and what the token may do.

mod capabilities;
mod discussion;
mod request;

pub use capabilities::{ForgeCapabilities, Permission};
pub use discussion::{Check, Comment, Discussion, PostedReview, Reaction, Thread};
pub use request::{BranchTip, ChangeRequest, FetchSource, RequestState};

/// `with_…` methods for the structs of this crate, so that `#[non_exhaustive]` ones stay pleasant to build.
macro_rules! setters {
    ($name:ident { $($method:ident = $field:ident $mode:ident $ty:ty,)+ }) => {
        impl $name {
            $(
                #[doc = concat!("The same with [`", stringify!($field), "`](Self::", stringify!($field), ") set.")]
                #[must_use]
                pub fn $method(mut self, value: impl Into<$ty>) -> Self {
                    crate::model::setters!(@ $mode self $field value);
                    self
                }
            )+
        }
    };
    (@ set $this:ident $field:ident $value:ident) => { $this.$field = $value.into() };
    (@ some $this:ident $field:ident $value:ident) => { $this.$field = Some($value.into()) };
    (@ push $this:ident $field:ident $value:ident) => { $this.$field.push($value.into()) };
}
pub(crate) use setters;
