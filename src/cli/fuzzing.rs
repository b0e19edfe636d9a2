//! Readers that have no other way in, for the fuzz targets in tests/fuzz.

use crate::csr::Csr;

use super::files::Contents;

/// The CSRs in a file with these octets: manifests, or a bare request.
#[must_use]
pub fn manifests(octets: &[u8]) -> Vec<Csr> {
    let contents = Contents::of(octets.to_vec());
    contents.found.into_iter().map(|found| found.csr).collect()
}
