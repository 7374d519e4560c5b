//! Typed numbers, and tables in which each of them has a row.
//!
//! An id is only made by the table that has its row, and no row ever goes, so a look-up is total. What can go wrong (an id
//! of another table) is a bug, and stops loudly instead of losing a finding.

use std::marker::PhantomData;
use std::ops::{Index, IndexMut};

/// A number that names a row of one kind of table.
pub(crate) trait Id: Copy + Ord {
    fn from_row(row: usize) -> Self;
    fn row(self) -> usize;
}

macro_rules! ids {
    ($($(#[$meta:meta])* $name:ident,)+) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) struct $name(u32);

        impl Id for $name {
            // Big reviews have millions of pairs of ids. A row beyond four billion would name no row, and stop at once.
            fn from_row(row: usize) -> Self {
                Self(u32::try_from(row).unwrap_or(u32::MAX))
            }
            fn row(self) -> usize {
                self.0 as usize
            }
        }
    )+};
}

ids! {
    /// A raw finding or section item, in canonical order.
    ItemId,
    /// A cluster of raw findings of one consolidation, in the order of their first members.
    ClusterId,
    /// A reviewer, in the order of names.
    ReviewerId,
    /// A review, in the order of reviewer and pass.
    ReviewId,
    /// A finding of an earlier round.
    EarlierId,
    /// A set of items that are connected by likeness.
    ComponentId,
}

/// A row for each id of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Table<I, T> {
    rows: Vec<T>,
    kind: PhantomData<I>,
}

impl<I: Id, T> Table<I, T> {
    pub(crate) fn new() -> Self {
        Self { rows: Vec::new(), kind: PhantomData }
    }

    /// A row like this one for each row of another table.
    pub(crate) fn like<U>(other: &Table<I, U>, row: T) -> Self
    where
        T: Clone,
    {
        Self { rows: vec![row; other.len()], kind: PhantomData }
    }

    pub(crate) fn push(&mut self, row: T) -> I {
        self.rows.push(row);
        I::from_row(self.rows.len() - 1)
    }

    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    pub(crate) fn ids(&self) -> impl Iterator<Item = I> + use<I, T> {
        (0..self.rows.len()).map(I::from_row)
    }

    pub(crate) fn values(&self) -> std::slice::Iter<'_, T> {
        self.rows.iter()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (I, &T)> {
        self.rows.iter().enumerate().map(|(row, value)| (I::from_row(row), value))
    }

    /// A table of what `make` makes of each row.
    pub(crate) fn map<'t, U>(&'t self, mut make: impl FnMut(I, &'t T) -> U) -> Table<I, U> {
        Table { rows: self.iter().map(|(id, row)| make(id, row)).collect(), kind: PhantomData }
    }

    /// As [`map`](Self::map), where making may fail.
    pub(crate) fn try_map<'t, U, E>(
        &'t self,
        mut make: impl FnMut(I, &'t T) -> Result<U, E>,
    ) -> Result<Table<I, U>, E> {
        let rows = self.iter().map(|(id, row)| make(id, row)).collect::<Result<_, E>>()?;
        Ok(Table { rows, kind: PhantomData })
    }
}

impl<I: Id, T> FromIterator<T> for Table<I, T> {
    fn from_iter<R: IntoIterator<Item = T>>(rows: R) -> Self {
        Self { rows: rows.into_iter().collect(), kind: PhantomData }
    }
}

impl<I: Id, T> Index<I> for Table<I, T> {
    type Output = T;

    #[expect(clippy::indexing_slicing, reason = "an id without a row is a bug that must not pass in silence")]
    fn index(&self, id: I) -> &T {
        &self.rows[id.row()]
    }
}

impl<I: Id, T> IndexMut<I> for Table<I, T> {
    #[expect(clippy::indexing_slicing, reason = "an id without a row is a bug that must not pass in silence")]
    fn index_mut(&mut self, id: I) -> &mut T {
        &mut self.rows[id.row()]
    }
}
