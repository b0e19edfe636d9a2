//! Other custom resources of many clusters, as far as writing them gives a power. What is not here is not rated.

use crate::facts::access::PowerKind as K;
use crate::risk::Severity::{Critical, High, Medium};

use super::{ALTER, CHANGE, Claim, READ, WRITE};

const CERT_MANAGER: &[&str] = &["cert-manager.io"];
const EXTERNAL_SECRETS: &[&str] = &["external-secrets.io"];
const OPENSHIFT_SECURITY: &[&str] = &["security.openshift.io"];
/// What everyone may use in `OpenShift`, or what gives no more than that.
const RESTRICTED: &[&str] = &[
    "restricted",
    "restricted-v2",
    "restricted-v3",
    "nonroot",
    "nonroot-v2",
];

const fn routes(groups: &'static [&'static str], resources: &'static [&'static str]) -> Claim {
    Claim::namespaced(K::Traffic, Medium, ALTER, groups, resources)
}

pub(super) const CLAIMS: &[Claim] = &[
    // Who logs in, and as whom.
    Claim::cluster(
        K::Bind,
        Critical,
        WRITE,
        &["management.cattle.io"],
        &["globalrolebindings", "globalroles", "roletemplates"],
    ),
    Claim::namespaced(
        K::Bind,
        Critical,
        WRITE,
        &["management.cattle.io"],
        &["clusterroletemplatebindings", "projectroletemplatebindings"],
    ),
    Claim::cluster(
        K::Authentication,
        Critical,
        WRITE,
        &["management.cattle.io"],
        &["users", "tokens", "authconfigs"],
    ),
    Claim::cluster(
        K::Authentication,
        Critical,
        WRITE,
        &["user.openshift.io"],
        &["users", "groups", "identities", "useridentitymappings"],
    ),
    Claim::cluster(
        K::Authentication,
        Critical,
        WRITE,
        &["oauth.openshift.io"],
        &[
            "oauthclients",
            "oauthclientauthorizations",
            "oauthaccesstokens",
            "oauthauthorizetokens",
        ],
    ),
    Claim::cluster(
        K::Authentication,
        Critical,
        WRITE,
        &["config.openshift.io"],
        &["oauths", "authentications"],
    ),
    Claim::namespaced(
        K::Authentication,
        Critical,
        WRITE,
        &["dex.coreos.com"],
        &["passwords", "connectors", "oauth2clients"],
    ),
    // Which pods may be privileged.
    Claim::cluster(
        K::PodSecurity,
        Critical,
        WRITE,
        OPENSHIFT_SECURITY,
        &["securitycontextconstraints"],
    ),
    Claim::namespaced(
        K::PodSecurity,
        High,
        &["use"],
        OPENSHIFT_SECURITY,
        &["securitycontextconstraints"],
    )
    .but_for(RESTRICTED),
    Claim::ordinary(
        &["use"],
        OPENSHIFT_SECURITY,
        &["securitycontextconstraints"],
    ),
    Claim::ordinary(READ, OPENSHIFT_SECURITY, &["securitycontextconstraints"]),
    // Nodes.
    Claim::cluster(
        K::NodesWrite,
        Critical,
        WRITE,
        &["machineconfiguration.openshift.io"],
        &[
            "machineconfigs",
            "machineconfigpools",
            "kubeletconfigs",
            "containerruntimeconfigs",
        ],
    ),
    Claim::namespaced(
        K::NodesWrite,
        High,
        ALTER,
        &["machine.openshift.io", "cluster.x-k8s.io"],
        &[
            "machines",
            "machinesets",
            "machinedeployments",
            "machinepools",
            "clusters",
        ],
    ),
    Claim::namespaced(
        K::NodesWrite,
        High,
        ALTER,
        &["bootstrap.cluster.x-k8s.io"],
        &["kubeadmconfigs", "kubeadmconfigtemplates"],
    ),
    Claim::namespaced(
        K::NodesWrite,
        High,
        ALTER,
        &["controlplane.cluster.x-k8s.io"],
        &["kubeadmcontrolplanes"],
    ),
    Claim::cluster(
        K::NodesWrite,
        High,
        ALTER,
        &["karpenter.sh"],
        &["nodepools", "nodeclaims"],
    ),
    Claim::cluster(
        K::NodesWrite,
        High,
        ALTER,
        &["karpenter.k8s.aws", "karpenter.azure.com"],
        &["ec2nodeclasses", "aksnodeclasses"],
    ),
    // Admission.
    Claim::namespaced(
        K::Admission,
        Critical,
        WRITE,
        &["kyverno.io"],
        &["clusterpolicies", "policies"],
    )
    .by_any_name(),
    Claim::namespaced(
        K::Admission,
        High,
        ALTER,
        &["kyverno.io", "policies.kyverno.io"],
        &["policyexceptions"],
    ),
    Claim::cluster(
        K::Admission,
        Critical,
        WRITE,
        &["policies.kyverno.io"],
        &["mutatingpolicies", "generatingpolicies"],
    )
    .by_any_name(),
    Claim::cluster(
        K::Admission,
        High,
        ALTER,
        &["policies.kyverno.io"],
        &[
            "validatingpolicies",
            "imagevalidatingpolicies",
            "deletingpolicies",
        ],
    ),
    Claim::cluster(
        K::Admission,
        Critical,
        WRITE,
        &["mutations.gatekeeper.sh"],
        &["assign", "assignimage", "assignmetadata", "modifyset"],
    )
    .by_any_name(),
    Claim::cluster(
        K::Admission,
        High,
        ALTER,
        &["templates.gatekeeper.sh"],
        &["constrainttemplates"],
    ),
    Claim::namespaced(
        K::Admission,
        High,
        ALTER,
        &["config.gatekeeper.sh"],
        &["configs"],
    ),
    // Secrets.
    Claim::namespaced(
        K::SecretsWrite,
        Critical,
        WRITE,
        &["bitnami.com"],
        &["sealedsecrets"],
    ),
    Claim::namespaced(
        K::SecretStores,
        High,
        ALTER,
        EXTERNAL_SECRETS,
        &[
            "secretstores",
            "clustersecretstores",
            "pushsecrets",
            "clusterpushsecrets",
        ],
    ),
    Claim::namespaced(
        K::SecretStores,
        Medium,
        ALTER,
        EXTERNAL_SECRETS,
        &["externalsecrets", "clusterexternalsecrets"],
    ),
    Claim::namespaced(
        K::SecretStores,
        Medium,
        ALTER,
        &["secrets-store.csi.x-k8s.io"],
        &["secretproviderclasses"],
    ),
    Claim::namespaced(
        K::SecretStores,
        Medium,
        ALTER,
        &["secrets.hashicorp.com"],
        &[
            "vaultauths",
            "vaultconnections",
            "vaultstaticsecrets",
            "vaultdynamicsecrets",
            "vaultpkisecrets",
        ],
    ),
    // Certificates.
    Claim::cluster(
        K::Certificates,
        Medium,
        &["approve", "sign", "reference"],
        CERT_MANAGER,
        &["signers"],
    ),
    Claim::namespaced(
        K::Certificates,
        Medium,
        ALTER,
        CERT_MANAGER,
        &[
            "certificates",
            "certificaterequests",
            "issuers",
            "clusterissuers",
        ],
    ),
    Claim::namespaced(
        K::Certificates,
        Medium,
        CHANGE,
        CERT_MANAGER,
        &["certificates/status", "certificaterequests/status"],
    ),
    Claim::namespaced(
        K::Certificates,
        Medium,
        ALTER,
        &["acme.cert-manager.io"],
        &["orders", "challenges"],
    ),
    Claim::cluster(
        K::Certificates,
        Medium,
        &[
            "create",
            "update",
            "patch",
            "delete",
            "deletecollection",
            "use",
        ],
        &["policy.cert-manager.io"],
        &["certificaterequestpolicies"],
    ),
    Claim::cluster(
        K::Trust,
        Medium,
        ALTER,
        &["trust.cert-manager.io"],
        &["bundles"],
    ),
    // Traffic.
    routes(
        &["gateway.networking.k8s.io"],
        &[
            "gateways",
            "gatewayclasses",
            "listenersets",
            "httproutes",
            "grpcroutes",
            "tlsroutes",
            "tcproutes",
            "udproutes",
            "referencegrants",
            "backendtlspolicies",
        ],
    ),
    routes(
        &["networking.istio.io"],
        &[
            "virtualservices",
            "gateways",
            "destinationrules",
            "serviceentries",
            "sidecars",
            "workloadentries",
            "workloadgroups",
            "proxyconfigs",
        ],
    ),
    Claim::namespaced(
        K::Traffic,
        High,
        ALTER,
        &["networking.istio.io"],
        &["envoyfilters"],
    ),
    Claim::namespaced(
        K::Traffic,
        High,
        ALTER,
        &["extensions.istio.io"],
        &["wasmplugins"],
    ),
    routes(
        &["route.openshift.io"],
        &["routes", "routes/custom-host", "routes/status"],
    ),
    routes(
        &["traefik.io", "traefik.containo.us"],
        &[
            "ingressroutes",
            "ingressroutetcps",
            "ingressrouteudps",
            "middlewares",
            "traefikservices",
        ],
    ),
    routes(
        &["projectcontour.io"],
        &["httpproxies", "tlscertificatedelegations"],
    ),
    routes(&["externaldns.k8s.io"], &["dnsendpoints"]),
    routes(
        &["metallb.io"],
        &[
            "ipaddresspools",
            "l2advertisements",
            "bgpadvertisements",
            "bgppeers",
        ],
    ),
    routes(&["k8s.cni.cncf.io"], &["network-attachment-definitions"]),
    Claim::namespaced(
        K::NetworkPolicy,
        Medium,
        ALTER,
        &["security.istio.io"],
        &[
            "authorizationpolicies",
            "peerauthentications",
            "requestauthentications",
        ],
    ),
    Claim::cluster(
        K::NetworkPolicy,
        Medium,
        ALTER,
        &["policy.networking.k8s.io"],
        &[
            "adminnetworkpolicies",
            "baselineadminnetworkpolicies",
            "clusternetworkpolicies",
        ],
    ),
    Claim::namespaced(
        K::NetworkPolicy,
        Medium,
        ALTER,
        &["cilium.io"],
        &["ciliumnetworkpolicies", "ciliumclusterwidenetworkpolicies"],
    ),
    Claim::namespaced(
        K::NetworkPolicy,
        Medium,
        ALTER,
        &["projectcalico.org", "crd.projectcalico.org"],
        &["networkpolicies", "globalnetworkpolicies"],
    ),
    Claim::namespaced(
        K::NetworkPolicy,
        Medium,
        ALTER,
        &["crd.antrea.io"],
        &["networkpolicies", "clusternetworkpolicies"],
    ),
    // Storage and clouds.
    Claim::namespaced(
        K::Storage,
        Medium,
        ALTER,
        &["snapshot.storage.k8s.io"],
        &[
            "volumesnapshots",
            "volumesnapshotcontents",
            "volumesnapshotclasses",
        ],
    ),
    Claim::namespaced(
        K::Storage,
        High,
        ALTER,
        &["velero.io"],
        &["backups", "schedules", "backupstoragelocations"],
    ),
    Claim::namespaced(
        K::CloudIam,
        High,
        ALTER,
        &["iam.cnrm.cloud.google.com"],
        &[
            "iampolicies",
            "iampolicymembers",
            "iampartialpolicies",
            "iamserviceaccounts",
        ],
    ),
    Claim::namespaced(
        K::CloudIam,
        High,
        ALTER,
        &["iam.services.k8s.aws"],
        &["roles", "policies", "users", "groups"],
    ),
    Claim::namespaced(
        K::CloudIam,
        Medium,
        ALTER,
        &["aadpodidentity.k8s.io"],
        &["azureidentities", "azureidentitybindings"],
    ),
];
