//! A form on its way to the page. The forms are types of `forms`; what they look like is said here, beside them.

use std::ops::Deref;

pub(crate) struct Laid<'a, T>(pub &'a T);

impl<T> Deref for Laid<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.0
    }
}
