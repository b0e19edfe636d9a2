//! What makes each rule fire.

pub(super) mod access;
mod contents;
mod encoding;
mod history;
mod node;
mod object;
mod requestor;
mod subject;

use std::sync::OnceLock;

use super::Row;

const KUBELET_CLIENT: &str = "kubernetes.io/kube-apiserver-client-kubelet";
const SERVING: &str = "kubernetes.io/kubelet-serving";
const LEGACY: &str = "kubernetes.io/legacy-unknown";

/// Built once: RSA without optimization takes its time.
pub(super) fn rows() -> &'static [Row] {
    static ROWS: OnceLock<Vec<Row>> = OnceLock::new();
    ROWS.get_or_init(|| {
        [
            encoding::armour(),
            encoding::encoding(),
            encoding::unreadable_extensions(),
            encoding::text(),
            subject::powers(),
            subject::identity(),
            subject::nodes_and_lookalikes(),
            access::access(),
            requestor::requestor(),
            requestor::reviewer(),
            requestor::node(),
            node::known(),
            history::history(),
            history::keys(),
            contents::san(),
            contents::key(),
            contents::extension(),
            object::signer(),
            object::object(),
        ]
        .into_iter()
        .flatten()
        .collect()
    })
}
