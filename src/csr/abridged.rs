//! A CSR without most of its names, where the request is too large for anybody to review.

use std::mem;

use super::{Csr, SubjectAltNames};

/// A request that is larger is too large to review, in bytes: whatever else is said of it, nobody may approve it.
const TOO_LARGE: usize = 64 << 10;
/// How many names of each kind are left.
const LEFT: usize = 1000;

impl Csr {
    /// The CSR without most of its alternative names, to be judged by: judging takes several times the memory that the
    /// names do. `None` if the request can be reviewed, and all of them count.
    pub(crate) fn abridged(&mut self) -> Option<Self> {
        if self.request.bytes.len() <= TOO_LARGE {
            return None;
        }
        let content = self.request.content.as_mut()?;
        // They are not to be copied first.
        let names = mem::take(&mut content.san);
        let few = first(&names);
        let mut abridged = self.clone();
        if let Some(content) = &mut abridged.request.content {
            content.san = few;
        }
        if let Some(content) = &mut self.request.content {
            content.san = names;
        }
        Some(abridged)
    }
}

/// The first names of each kind.
fn first(names: &SubjectAltNames) -> SubjectAltNames {
    fn some<T: Clone>(all: &[T]) -> Vec<T> {
        all.iter().take(LEFT).cloned().collect()
    }
    SubjectAltNames {
        dns: some(&names.dns),
        ip: some(&names.ip),
        email: some(&names.email),
        uri: some(&names.uri),
        other: some(&names.other),
        leftover: names.leftover,
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use crate::csr::{self, Csr, Source};
    use crate::facts::Facts;
    use crate::request_builder::{CsrObject, RequestBuilder};
    use crate::risk;

    fn with_names(count: usize) -> Csr {
        let request = (0..count).fold(RequestBuilder::user("jane"), |request, number| {
            request.dns(&format!("n{number}.example"))
        });
        let object = CsrObject::own_renewal("a", "jane").request(request.pem());
        csr::read(&object.json(), Source::Cluster).expect("a CSR")
    }

    #[test]
    fn what_can_be_reviewed_is_judged_by_all_of_its_names() {
        assert_eq!(with_names(1500).abridged(), None);
    }

    #[test]
    fn what_is_too_large_is_not_approved_by_what_is_left() {
        let whole = with_names(4000);
        let mut csr = whole.clone();
        let abridged = csr.abridged().expect("it is too large");
        assert_eq!(csr, whole);
        let names = |csr: &Csr| csr.request.content.as_ref().map(|it| it.san.dns.clone());
        let left = names(&whole).map(|mut names| names.drain(..super::LEFT).collect());
        assert_eq!(names(&abridged), left);
        assert_eq!(abridged.spec_sha256(), whole.spec_sha256());
        assert_eq!(abridged.fingerprint(), whole.fingerprint());
        let facts = Facts::at(Timestamp::now());
        let assessment = risk::assess(&abridged, &facts);
        assert!(assessment.unreviewable().is_some());
        let findings = assessment.findings.iter();
        let rules: Vec<&str> = findings.map(|finding| finding.rule.id).collect();
        assert!(rules.contains(&"too-much-to-read"), "{rules:?}");
    }
}
