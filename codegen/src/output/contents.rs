use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};

/// Contents up to so many bytes together stay in memory.
const IN_MEMORY: usize = 8 << 20;

/// The contents of a plan's files. Beyond a limit they wait in a temporary file, so that what is made one after the other
/// never has to fit into memory at once.
#[derive(Debug, Default)]
pub(super) struct Contents {
    in_memory: usize,
    /// Where the others wait, and how long it is.
    file: Option<(File, u64)>,
}

/// One content.
#[derive(Debug)]
pub(super) enum Content {
    Text(String),
    Waiting { offset: u64, length: usize },
}

impl Contents {
    /// Keeps a content, in memory where nothing else can be had.
    pub(super) fn keep(&mut self, text: String) -> Content {
        if self.in_memory + text.len() <= IN_MEMORY {
            self.in_memory += text.len();
            return Content::Text(text);
        }
        match self.write(&text) {
            Ok(offset) => Content::Waiting { offset, length: text.len() },
            Err(_) => Content::Text(text),
        }
    }

    fn write(&mut self, text: &str) -> io::Result<u64> {
        let (file, end) = match &mut self.file {
            Some(file) => file,
            none => none.insert((tempfile::tempfile()?, 0)),
        };
        let offset = *end;
        file.seek(SeekFrom::Start(offset))?;
        file.write_all(text.as_bytes())?;
        *end += text.len() as u64;
        Ok(offset)
    }

    /// A content that was kept.
    ///
    /// # Errors
    ///
    /// Where the temporary file cannot be read.
    pub(super) fn bytes<'c>(&self, content: &'c Content) -> io::Result<Cow<'c, [u8]>> {
        match (content, &self.file) {
            (Content::Text(text), _) => Ok(Cow::Borrowed(text.as_bytes())),
            (Content::Waiting { offset, length }, Some((file, _))) => {
                let mut file = file;
                let mut bytes = vec![0; *length];
                file.seek(SeekFrom::Start(*offset))?;
                file.read_exact(&mut bytes)?;
                Ok(Cow::Owned(bytes))
            }
            (Content::Waiting { .. }, None) => Err(io::ErrorKind::NotFound.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Content, Contents, IN_MEMORY};

    #[test]
    fn what_memory_does_not_hold_comes_back_from_the_file() {
        let mut contents = Contents::default();
        let texts = ["a".repeat(IN_MEMORY - 1), "äb".to_owned(), "c".to_owned(), String::new(), "d".repeat(70_000)];
        let kept: Vec<Content> = texts.iter().map(|text| contents.keep(text.clone())).collect();
        assert!(matches!(kept[1], Content::Waiting { .. }) && matches!(kept[2], Content::Text(_)));
        for (text, content) in texts.iter().zip(&kept).rev() {
            assert_eq!(&*contents.bytes(content).expect("it is there"), text.as_bytes());
        }
    }
}
