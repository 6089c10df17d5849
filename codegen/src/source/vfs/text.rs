/// The first bytes of a file that are not UTF-8.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("byte {offset} is not UTF-8")]
pub struct NotUtf8 {
    /// The text with `U+FFFD` for what is not UTF-8, to draw the problem over.
    pub lossy: String,
    /// Offset in [`lossy`](Self::lossy) of the first replaced byte.
    pub offset: usize,
}

/// A contract's text from its bytes; a byte order mark at the start is skipped.
///
/// # Errors
///
/// Where the bytes are not UTF-8.
pub fn decode(mut bytes: Vec<u8>) -> Result<String, NotUtf8> {
    const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
    if bytes.starts_with(BYTE_ORDER_MARK) {
        bytes.drain(..BYTE_ORDER_MARK.len());
    }
    String::from_utf8(bytes).map_err(|error| NotUtf8 {
        offset: error.utf8_error().valid_up_to(),
        lossy: String::from_utf8_lossy(error.as_bytes()).into_owned(),
    })
}
