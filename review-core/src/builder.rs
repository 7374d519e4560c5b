//! The one macro behind the `with_…` methods, so that `#[non_exhaustive]` structs stay pleasant to build.

/// Adds `with_FIELD` methods to a struct. `opt` wraps the value in `Some`, `set` assigns it, and `push` adds
/// one element to a list with the given singular name; all three convert with `Into`. `some` and `val` are `opt` and
/// `set` without the conversion: a literal keeps its number type, and an `Arc` of a trait takes any implementation.
macro_rules! setters {
    ($name:ident { $($mode:ident $method:ident $(= $field:ident)? : $ty:ty,)+ }) => {
        impl $name {
            $($crate::builder::setters!(@ $mode $method $(= $field)? : $ty);)+
        }
    };
    (@ opt $method:ident = $field:ident : $ty:ty) => {
        #[doc = concat!("The same with [`", stringify!($field), "`](Self::", stringify!($field), ") set.")]
        #[must_use]
        pub fn $method(mut self, value: impl Into<$ty>) -> Self {
            self.$field = Some(value.into());
            self
        }
    };
    (@ set $method:ident = $field:ident : $ty:ty) => {
        #[doc = concat!("The same with [`", stringify!($field), "`](Self::", stringify!($field), ") set.")]
        #[must_use]
        pub fn $method(mut self, value: impl Into<$ty>) -> Self {
            self.$field = value.into();
            self
        }
    };
    (@ some $method:ident = $field:ident : $ty:ty) => {
        #[doc = concat!("The same with [`", stringify!($field), "`](Self::", stringify!($field), ") set.")]
        #[must_use]
        pub fn $method(mut self, value: $ty) -> Self {
            self.$field = Some(value);
            self
        }
    };
    (@ val $method:ident = $field:ident : $ty:ty) => {
        #[doc = concat!("The same with [`", stringify!($field), "`](Self::", stringify!($field), ") set.")]
        #[must_use]
        pub fn $method(mut self, value: $ty) -> Self {
            self.$field = value;
            self
        }
    };
    (@ push $method:ident = $field:ident : $ty:ty) => {
        #[doc = concat!("The same with one more of its [`", stringify!($field), "`](Self::", stringify!($field), ").")]
        #[must_use]
        pub fn $method(mut self, value: impl Into<$ty>) -> Self {
            self.$field.push(value.into());
            self
        }
    };
}
pub(crate) use setters;
