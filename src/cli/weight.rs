//! What a CSR weighs in memory.

use crate::csr::Csr;

/// How much memory a CSR takes, in bytes, roughly.
pub(super) fn weight(csr: &Csr) -> usize {
    const OBJECT: usize = 2 << 10;
    const NAME: usize = 64;
    const ATTRIBUTE: usize = 256;
    let metadata = &csr.metadata;
    let texts = metadata.labels.iter().chain(&metadata.annotations);
    let texts: usize = texts.map(|(key, value)| key.len() + value.len()).sum();
    let content = csr.request.content.as_ref();
    let names = content.map_or(0, |content| content.san.count());
    let attributes = content.map_or(0, |content| {
        content.subject.attributes().count() + content.extensions.len() + content.attributes.len()
    });
    OBJECT + texts + 2 * csr.request.bytes.len() + NAME * names + ATTRIBUTE * attributes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::csr::{Source, read};
    use crate::request_builder::{CsrObject, RequestBuilder};

    #[test]
    fn names_of_a_stranger_weigh() {
        let csr = |object: CsrObject| read(&object.json(), Source::Cluster).expect("a CSR");
        let ordinary = CsrObject::own_renewal("a", "jane");
        assert!(weight(&csr(ordinary.clone())) < 8 << 10);
        let request = (0..500).fold(RequestBuilder::user("jane"), |request, number| {
            request.dns(&format!("n{number}"))
        });
        assert!(weight(&csr(ordinary.clone().request(request.pem()))) > 500 * 64);
        let request = (0..500).fold(RequestBuilder::user("jane"), |request, number| {
            request.group(&format!("g{number}"))
        });
        assert!(weight(&csr(ordinary.clone().request(request.pem()))) > 500 * 256);
        let annotated = ordinary.annotation("a", &"x".repeat(100_000));
        assert!(weight(&csr(annotated)) > 100_000);
    }
}
