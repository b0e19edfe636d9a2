use std::fs;

use tempfile::TempDir;

use super::*;

const TWO: &str = "
clusters:
- {name: c1, cluster: {server: 'https://one', certificate-authority: ca.pem}}
- {name: c2, cluster: {server: 'https://two'}}
users:
- {name: u1, user: {token: t1}}
- {name: u2, user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: ./login}}}
contexts:
- {name: one, context: {cluster: c1, user: u1}}
- {name: two, context: {cluster: c2, user: u2}}
- {name: adrift, context: {cluster: gone, user: u1}}
- {name: nobody, context: {cluster: c1, user: gone}}
- {name: anonymous, context: {cluster: c1, user: ''}}
";

struct Place {
    folder: TempDir,
    around: Surroundings,
}

impl Place {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let around = Surroundings {
            variables: [].into(),
            home: Some(folder.path().to_owned()),
            service_account: folder.path().join("account"),
            stdin_is_terminal: false,
        };
        Self { folder, around }
    }

    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    fn variable(&mut self, name: &str, value: impl Into<std::ffi::OsString>) {
        self.around.variables.insert(name.into(), value.into());
    }

    fn choose(&self, change: impl FnOnce(&mut ConnectionOptions)) -> Result<Choice, Error> {
        let mut options = ConnectionOptions::default();
        change(&mut options);
        choose(&options, &self.around)
    }

    fn error(&self, change: impl FnOnce(&mut ConnectionOptions)) -> String {
        let error = self.choose(change).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::Kubeconfig);
        format!("{error}. {}", error.hint().unwrap_or_default())
    }
}

#[expect(clippy::unnecessary_wraps, reason = "it sets options")]
fn set(text: &str) -> Option<String> {
    Some(text.to_owned())
}

#[test]
fn the_context_chooses_and_flags_choose_over_it() {
    let place = Place::new();
    place.file(".kube/config", &format!("{TWO}current-context: one"));
    let choice = place.choose(|_| ()).unwrap();
    assert_eq!(choice.cluster.server.as_deref(), Some("https://one"));
    assert_eq!((choice.context, choice.user_name), (set("one"), set("u1")));
    let ca = place.folder.path().join(".kube/ca.pem");
    assert_eq!(choice.cluster.certificate_authority.as_deref(), ca.to_str());

    let choice = place.choose(|o| o.context = set("two")).unwrap();
    assert_eq!(choice.cluster.server.as_deref(), Some("https://two"));
    let command = choice.user.exec.unwrap().command.unwrap();
    assert_eq!(
        Path::new(&command),
        place.folder.path().join(".kube/./login")
    );
    // What has no folder is looked for in $PATH.
    let bare = TWO.replace("./login", "login");
    place.file("bare", &format!("{bare}current-context: two"));
    let path = place.folder.path().join("bare");
    let choice = place.choose(|o| o.kubeconfig = Some(path)).unwrap();
    assert_eq!(choice.user.exec.unwrap().command.as_deref(), Some("login"));

    let choice = place
        .choose(|o| (o.cluster, o.user) = (set("c2"), set("u2")))
        .unwrap();
    assert_eq!(choice.cluster.server.as_deref(), Some("https://two"));
    assert_eq!((choice.context, choice.user_name), (set("one"), set("u2")));

    let choice = place.choose(|o| o.context = set("anonymous")).unwrap();
    assert_eq!(choice.user_name, None);
}

#[test]
fn unknown_names_are_errors_that_say_what_exists() {
    let place = Place::new();
    place.file(".kube/config", &format!("{TWO}current-context: ''"));
    let clusters = "Its clusters are \"c1\", \"c2\".";
    let users = "Its users are \"u1\", \"u2\".";
    let contexts = "Its contexts are \"one\", \"two\", \"adrift\", \"nobody\", \"anonymous\".";
    let error = place.error(|_| ());
    assert_eq!(
        error,
        format!("the kubeconfig has no current context. Choose one with --context. {contexts}")
    );
    let error = place.error(|o| o.context = set("x"));
    assert_eq!(
        error,
        format!("the kubeconfig has no context \"x\". {contexts}")
    );
    let error = place.error(|o| o.context = set("adrift"));
    assert_eq!(
        error,
        format!("the kubeconfig has no cluster \"gone\". {clusters}")
    );
    let error = place.error(|o| o.context = set("nobody"));
    assert_eq!(
        error,
        format!("the kubeconfig has no user \"gone\". {users}")
    );
    let error = place.error(|o| (o.context, o.user) = (set("one"), set("typo")));
    assert_eq!(
        error,
        format!("the kubeconfig has no user \"typo\". {users}")
    );
    let error = place.error(|o| (o.context, o.cluster) = (set("one"), set("typo")));
    assert_eq!(
        error,
        format!("the kubeconfig has no cluster \"typo\". {clusters}")
    );
}

#[test]
fn missing_files_of_the_list_are_skipped_and_the_first_wins() {
    let mut place = Place::new();
    let first = place.file(
        "a",
        "current-context: ''\nusers: [{name: u1, user: {token: first}}]",
    );
    let second = place.file("b", &format!("{TWO}current-context: two"));
    let list = ["missing".into(), first, "".into(), second];
    place.variable("KUBECONFIG", std::env::join_paths(list).unwrap());
    let choice = place.choose(|o| o.user = set("u1")).unwrap();
    assert_eq!(choice.context, set("two"));
    assert_eq!(
        secrecy::ExposeSecret::expose_secret(&choice.user.token.unwrap()),
        "first"
    );
}

#[test]
fn what_the_first_file_says_of_a_name_is_not_added_to() {
    let mut place = Place::new();
    // As a list with an empty entry at either end, which is no file.
    let files = [
        place.file("a", "users: [{name: u1, user: {token: first}}]"),
        place.file(
            "b",
            "users: [{name: u1, user: {as: root, exec: {command: login}}}, {name: u2, user: {token: other}}]\n\
             contexts: [{name: k, context: {cluster: c1, user: u1}}]\ncurrent-context: k",
        ),
        place.file(
            "c",
            "clusters: [{name: c1, cluster: {server: 'https://three'}}]\n\
             contexts: [{name: k, context: {cluster: c1, user: u2}}]\ncurrent-context: nowhere",
        ),
    ];
    let [first, second, third] = files;
    let list = ["".into(), first, second, third, "".into()];
    place.variable("KUBECONFIG", std::env::join_paths(list).unwrap());
    let choice = place.choose(|_| ()).unwrap();
    assert_eq!((choice.context, choice.user_name), (set("k"), set("u1")));
    assert_eq!(choice.cluster.server.as_deref(), Some("https://three"));
    assert!(choice.user.token.is_some());
    assert!(choice.user.impersonate.is_none() && choice.user.exec.is_none());
    let choice = place.choose(|o| o.user = set("u2")).unwrap();
    assert!(choice.user.token.is_some());
}

#[test]
fn a_name_that_stands_for_two_is_refused() {
    let place = Place::new();
    for (text, what) in [
        ("users: [{name: x, user: {}}, {name: x, user: {}}]", "user"),
        (
            "clusters: [{name: x, cluster: {server: 'https://a'}}, {name: x, cluster: {server: 'https://b'}}]",
            "cluster",
        ),
        (
            "contexts: [{name: x, context: {cluster: a}}, {name: x, context: {cluster: b}}]",
            "context",
        ),
    ] {
        let path = place.file("twice", text);
        let error = place.error(|o| o.kubeconfig = Some(path.clone()));
        let path = path.display();
        assert_eq!(
            error,
            format!("the kubeconfig {path} has more than one {what} \"x\". ")
        );
    }
}

#[test]
fn a_file_of_the_list_that_cannot_be_read_is_an_error() {
    let mut place = Place::new();
    let good = place.file("good", &format!("{TWO}current-context: one"));
    let folder = place.folder.path().join("folder");
    fs::create_dir(&folder).unwrap();
    for bad in [folder, good.join("below")] {
        let list = [good.clone(), bad.clone()];
        place.variable("KUBECONFIG", std::env::join_paths(list).unwrap());
        let error = place.error(|_| ());
        let start = format!("cannot read the kubeconfig {}: ", bad.display());
        assert!(error.starts_with(&start), "{error}");
    }
}

#[test]
fn a_missing_file_of_the_flag_is_an_error() {
    let place = Place::new();
    place.file(".kube/config", TWO);
    let error = place.error(|o| o.kubeconfig = Some("/nowhere/config".into()));
    assert_eq!(
        error,
        "cannot read the kubeconfig /nowhere/config: it does not exist. "
    );
}

#[test]
fn a_server_needs_no_kubeconfig() {
    let mut place = Place::new();
    place.choose(|o| o.server = set("https://x")).unwrap();
    assert!(place.error(|_| ()).starts_with("there is no kubeconfig"));
    place.variable("KUBECONFIG", "/nowhere/a");
    assert!(place.error(|_| ()).contains("--server URL"));
    let error = place.error(|o| (o.server, o.context) = (set("https://x"), set("y")));
    assert_eq!(
        error,
        "the kubeconfig has no context \"y\". It has no contexts at all."
    );
}

#[test]
fn the_pod_counts_only_when_nothing_else_was_given() {
    let mut place = Place::new();
    place.variable("KUBERNETES_SERVICE_HOST", "fd00::1");
    place.variable("KUBERNETES_SERVICE_PORT", "443");
    assert!(
        place.choose(|_| ()).is_err(),
        "without the files of an account"
    );
    place.file("account/token", "t");
    place.file("account/ca.crt", "c");
    let choice = place.choose(|_| ()).unwrap();
    assert_eq!(
        choice.cluster.server.as_deref(),
        Some("https://[fd00::1]:443")
    );
    assert!(choice.user.token_file.is_some());
    assert!(place.choose(|o| o.context = set("x")).is_err());
    assert!(place.choose(|o| o.token = Some("x".into())).is_err());
    place.file(".kube/config", "");
    assert!(
        place.choose(|_| ()).is_err(),
        "nor must one that was cut off"
    );
    place.file(".kube/config", "users: nonsense");
    assert!(
        place.choose(|_| ()).is_err(),
        "a broken kubeconfig must not lead to the pod's cluster"
    );
}

#[test]
fn malformed_files_are_explained_without_their_content() {
    let place = Place::new();
    let cases = [
        ("users:\n- name: u\n  user: {token: [s3cr3t]}", "string"),
        ("users: s3cr3t", "line 1, column 8 should be a list"),
        (
            "users:\n- name: u\n  user:\n    token: s3cr3t\n    token: s3cr3t",
            "repeats a key",
        ),
        ("users:\n- name: u\n  user:\n    token: \"s3cr3t", ""),
        (
            "users:\n- name: u\n  user:\n   token: s3cr3t\n    x: s3cr3t: y",
            "",
        ),
        (
            "clusters:\n- name: c\n  cluster: {insecure-skip-tls-verify: s3cr3t}",
            "",
        ),
        (
            "users:\n- name: u\n  user: {exec: {interactiveMode: s3cr3t}}",
            "",
        ),
        (
            "users:\n- user: {token: s3cr3t}",
            "lacks the field \"name\"",
        ),
        ("s3cr3t", "should be a mapping"),
        ("token: *s3cr3t", ""),
        ("!s3cr3t {}: !!binary s3cr3t", ""),
    ];
    for (text, reason) in cases {
        let path = place.file("bad", text);
        let error = place.error(|o| o.kubeconfig = Some(path.clone()));
        assert!(!error.contains("s3cr3t"), "{error}");
        assert!(
            error.starts_with(&format!("the kubeconfig {} is malformed: ", path.display())),
            "{error}"
        );
        assert!(error.contains(reason), "{error}");
    }
}
