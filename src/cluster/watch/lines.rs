//! The body of a watch, read line by line.

use http_body_util::BodyExt as _;
use kube::client::Body;

/// Why there is no line.
#[derive(Debug)]
pub(super) enum End {
    /// The body is at its end, or broke off: whoever asks again gets the rest.
    Over,
    /// The line is too long to be an event.
    TooLong,
}

/// A body that comes in lines of bounded length.
pub(super) struct Lines {
    body: Body,
    limit: usize,
    buffer: Vec<u8>,
    /// Where the next line starts.
    start: usize,
    /// Up to where no end of that line was found.
    searched: usize,
}

impl Lines {
    pub(super) fn new(body: Body, limit: usize) -> Self {
        Self {
            body,
            limit,
            buffer: Vec::new(),
            start: 0,
            searched: 0,
        }
    }

    /// The next line, if all of it is here.
    pub(super) fn complete(&mut self) -> Option<&[u8]> {
        let found = self.buffer[self.searched..]
            .iter()
            .position(|&byte| byte == b'\n');
        let Some(found) = found else {
            self.searched = self.buffer.len();
            return None;
        };
        let (start, end) = (self.start, self.searched + found);
        (self.start, self.searched) = (end + 1, end + 1);
        Some(&self.buffer[start..end])
    }

    /// Waits for more of the body. Nothing is lost if nobody waits to the end.
    pub(super) async fn more(&mut self) -> Result<(), End> {
        loop {
            if self.buffer.len() - self.start > self.limit {
                return Err(End::TooLong);
            }
            let Some(Ok(frame)) = self.body.frame().await else {
                return Err(End::Over);
            };
            if let Some(data) = frame.data_ref().filter(|data| !data.is_empty()) {
                self.buffer.drain(..self.start);
                self.searched -= self.start;
                self.start = 0;
                self.buffer.extend_from_slice(data);
                return Ok(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn lines(text: &str, limit: usize) -> (Vec<String>, End) {
        let mut all = Vec::new();
        let mut lines = Lines::new(Body::from(text.as_bytes().to_vec()), limit);
        loop {
            while let Some(line) = lines.complete() {
                all.push(String::from_utf8(line.to_vec()).expect("text"));
            }
            if let Err(end) = lines.more().await {
                return (all, end);
            }
        }
    }

    #[tokio::test]
    async fn what_is_no_whole_line_is_none() {
        let (all, end) = lines("a\n\nbcd\ne", 9).await;
        assert_eq!(all, ["a", "", "bcd"]);
        assert!(matches!(end, End::Over));
    }

    #[tokio::test]
    async fn a_line_without_end_is_not_kept() {
        let (all, end) = lines("a\n0123456789", 9).await;
        assert_eq!(all, ["a"]);
        assert!(matches!(end, End::TooLong));
    }
}
