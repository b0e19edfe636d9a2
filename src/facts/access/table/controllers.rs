//! Custom resources of many clusters whose controllers make pods or anything else for their writers.

use crate::facts::access::PowerKind as K;
use crate::risk::Severity::Critical;

use super::{Claim, WRITE};

/// Resources whose controller makes pods by a template that their writer chooses.
const fn runs_pods(groups: &'static [&'static str], resources: &'static [&'static str]) -> Claim {
    Claim::namespaced(K::RunPods, Critical, WRITE, groups, resources).by_any_name()
}

/// Resources whose controller creates whatever their writer chooses.
const fn deploys(groups: &'static [&'static str], resources: &'static [&'static str]) -> Claim {
    Claim::namespaced(K::Deploy, Critical, WRITE, groups, resources).by_any_name()
}

pub(super) const CLAIMS: &[Claim] = &[
    runs_pods(
        &["argoproj.io"],
        &[
            "workflows",
            "cronworkflows",
            "workflowtemplates",
            "clusterworkflowtemplates",
            "workflowtasksets",
            "workfloweventbindings",
            "rollouts",
            "experiments",
            "analysisruns",
            "analysistemplates",
            "clusteranalysistemplates",
            "eventbus",
            "eventsources",
            "sensors",
        ],
    ),
    runs_pods(
        &["tekton.dev"],
        &[
            "tasks",
            "clustertasks",
            "taskruns",
            "pipelines",
            "pipelineruns",
            "runs",
            "customruns",
            "stepactions",
        ],
    ),
    runs_pods(
        &["triggers.tekton.dev"],
        &[
            "eventlisteners",
            "triggers",
            "triggertemplates",
            "triggerbindings",
        ],
    ),
    runs_pods(&["batch.volcano.sh"], &["jobs", "cronjobs"]),
    runs_pods(&["flow.volcano.sh"], &["jobflows", "jobtemplates"]),
    runs_pods(
        &["kubeflow.org"],
        &[
            "tfjobs",
            "pytorchjobs",
            "mpijobs",
            "mxjobs",
            "xgboostjobs",
            "paddlejobs",
            "jaxjobs",
            "notebooks",
        ],
    ),
    runs_pods(
        &["trainer.kubeflow.org"],
        &["trainjobs", "trainingruntimes", "clustertrainingruntimes"],
    ),
    runs_pods(
        &["ray.io"],
        &["rayclusters", "rayjobs", "raycronjobs", "rayservices"],
    ),
    runs_pods(
        &["sparkoperator.k8s.io"],
        &["sparkapplications", "scheduledsparkapplications"],
    ),
    runs_pods(&["serving.knative.dev"], &["services", "configurations"]),
    runs_pods(&["sources.knative.dev"], &["containersources"]),
    runs_pods(&["serving.kserve.io"], &["inferenceservices"]),
    runs_pods(&["keda.sh"], &["scaledjobs"]),
    runs_pods(&["jobset.x-k8s.io"], &["jobsets"]),
    runs_pods(&["leaderworkerset.x-k8s.io"], &["leaderworkersets"]),
    runs_pods(
        &["apps.kruise.io"],
        &[
            "clonesets",
            "statefulsets",
            "daemonsets",
            "broadcastjobs",
            "advancedcronjobs",
            "uniteddeployments",
            "sidecarsets",
        ],
    ),
    runs_pods(
        &["apps.openshift.io"],
        &["deploymentconfigs", "deploymentconfigs/instantiate"],
    ),
    runs_pods(
        &["build.openshift.io"],
        &[
            "builds",
            "builds/clone",
            "buildconfigs",
            "buildconfigs/instantiate",
            "buildconfigs/instantiatebinary",
        ],
    ),
    runs_pods(&["template.openshift.io"], &["templateinstances"]),
    runs_pods(
        &["kubevirt.io"],
        &[
            "virtualmachines",
            "virtualmachineinstances",
            "virtualmachineinstancereplicasets",
        ],
    ),
    runs_pods(
        &["monitoring.coreos.com"],
        &[
            "prometheuses",
            "prometheusagents",
            "alertmanagers",
            "thanosrulers",
        ],
    ),
    runs_pods(
        &["actions.github.com"],
        &[
            "autoscalingrunnersets",
            "ephemeralrunnersets",
            "ephemeralrunners",
        ],
    ),
    runs_pods(
        &["actions.summerwind.dev"],
        &[
            "runners",
            "runnersets",
            "runnerdeployments",
            "runnerreplicasets",
        ],
    ),
    runs_pods(
        &["workspace.devfile.io"],
        &["devworkspaces", "devworkspacetemplates"],
    ),
    deploys(
        &["argoproj.io"],
        &["applications", "applicationsets", "appprojects"],
    ),
    deploys(&["helm.cattle.io"], &["helmcharts", "helmchartconfigs"]),
    deploys(&["k3s.cattle.io"], &["addons"]),
    deploys(&["fleet.cattle.io"], &["bundles", "gitrepos"]),
    deploys(&["helm.toolkit.fluxcd.io"], &["helmreleases"]),
    deploys(&["kustomize.toolkit.fluxcd.io"], &["kustomizations"]),
    deploys(
        &["source.toolkit.fluxcd.io"],
        &[
            "gitrepositories",
            "ocirepositories",
            "helmrepositories",
            "helmcharts",
            "buckets",
        ],
    ),
    deploys(
        &["operators.coreos.com"],
        &[
            "subscriptions",
            "installplans",
            "clusterserviceversions",
            "catalogsources",
            "operatorgroups",
        ],
    ),
    deploys(
        &["olm.operatorframework.io"],
        &["clusterextensions", "clustercatalogs"],
    ),
    deploys(
        &["pkg.crossplane.io"],
        &["providers", "functions", "configurations"],
    ),
    deploys(
        &["apiextensions.crossplane.io"],
        &["compositions", "compositeresourcedefinitions"],
    ),
    deploys(&["kubernetes.crossplane.io"], &["objects"]),
    deploys(&["helm.crossplane.io"], &["releases"]),
    deploys(&["core.oam.dev"], &["applications"]),
    deploys(&["work.open-cluster-management.io"], &["manifestworks"]),
    deploys(
        &["addons.cluster.x-k8s.io"],
        &["clusterresourcesets", "helmchartproxies"],
    ),
    deploys(&["kappctrl.k14s.io"], &["apps"]),
    deploys(&["packaging.carvel.dev"], &["packageinstalls"]),
    deploys(&["velero.io"], &["restores"]),
];
