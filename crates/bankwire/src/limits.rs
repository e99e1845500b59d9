//! The bounds on everything that arrives, in one place. They are far above what DOMAIN 1.4–1.8 allows an honest
//! message (1000 transactions of 28 fields, attachments of 1 MB) and low enough that a hostile file is refused in well
//! under 2 s and 200 MB.

/// Bytes of one message or JSON file. Eleven attachments of full size fit.
pub const MESSAGE_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Elements within elements. The deepest known field lies at 8.
pub const DEPTH_MAX: usize = 32;
/// Elements of one message, list items included.
pub const ELEMENTS_MAX: usize = 100_000;
/// Differently named children of one element. The largest known body has 36.
pub const CHILDREN_MAX: usize = 512;
/// Attributes of one element. The platform uses none.
pub const ATTRIBUTES_MAX: usize = 16;
/// Characters of an element's name.
pub const NAME_CHARS_MAX: usize = 64;
/// Bytes of one element's text, other than an attachment's content.
pub const TEXT_BYTES_MAX: usize = 64 * 1024;
/// Bytes of one attachment after base64 decoding (DOMAIN 1.7: at most 1 MB each).
pub const ATTACHMENT_BYTES_MAX: usize = 1024 * 1024;
/// Bytes of one attachment's base64 text: the above, with room for line breaks.
pub const ATTACHMENT_TEXT_BYTES_MAX: usize = 2 * 1024 * 1024;
/// Transactions of one answer (DOMAIN 1.7); more are taken, with a flag.
pub const TRANSACTIONS_MAX: usize = 1000;
/// Flags reported for one message; the last one then says that there were more.
pub const FLAGS_MAX: usize = 200;
