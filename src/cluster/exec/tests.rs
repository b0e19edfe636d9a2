use super::*;

fn plugin(script: &str) -> ExecConfig {
    ExecConfig {
        api_version: Some(VERSIONS[0].into()),
        command: Some("/bin/sh".into()),
        args: Some(vec!["-c".into(), script.into()]),
        ..ExecConfig::default()
    }
}

async fn run_quickly(config: &ExecConfig) -> Result<Credentials, Error> {
    run_within(
        Duration::from_secs(5),
        config,
        ExecAuthCluster::default(),
        false,
    )
    .await
}

#[expect(clippy::unwrap_used, reason = "only tests call it")]
async fn error(config: &ExecConfig) -> Error {
    let error = run_quickly(config).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Credentials);
    assert!(!format!("{error:?}").contains("s3cr3t"), "{error:?}");
    error
}

fn answer(status: &str) -> String {
    format!(
        r#"echo '{{"apiVersion":"{}","kind":"ExecCredential","status":{status}}}'"#,
        VERSIONS[0]
    )
}

#[tokio::test]
async fn it_hears_the_kubeconfig_and_hands_out_a_token() {
    // Whatever it is told becomes the token, so that the test sees it.
    let script = r#"read line && exit 9
        info=$(printf %s "$KUBERNETES_EXEC_INFO" | tr '"' "'")
        printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"%s %s"}}' \
          "$GREETING" "$info""#;
    let mut config = plugin(script);
    let pair = |name: &str, text: &str| (name.to_owned(), text.to_owned());
    config.env = Some(vec![
        [pair("name", "GREETING"), pair("value", "hello")].into(),
    ]);
    config.provide_cluster_info = true;
    let cluster = ExecAuthCluster {
        server: Some("https://x".into()),
        ..ExecAuthCluster::default()
    };
    let credentials = run(&config, cluster, false).await.unwrap();
    assert!(credentials.identity.is_none());
    let token = credentials.token.unwrap();
    assert_eq!(
        token.expose_secret().replace('\'', "\""),
        "hello {\"apiVersion\":\"client.authentication.k8s.io/v1\",\"kind\":\"ExecCredential\",\
         \"spec\":{\"interactive\":false,\"cluster\":{\"server\":\"https://x\"}}}"
    );
}

#[tokio::test]
async fn each_version_is_answered_in_its_own_words() {
    // It answers as it is spoken to.
    let script = r#"version=$(printf %s "$KUBERNETES_EXEC_INFO" | sed 's/.*"apiVersion":"\([^"]*\)".*/\1/')
        printf '{"apiVersion":"%s","kind":"ExecCredential","status":{"token":"t"}}' "$version""#;
    for version in VERSIONS {
        let mut config = plugin(script);
        config.api_version = Some(version.into());
        run_quickly(&config).await.unwrap();
    }
}

#[tokio::test]
async fn its_variables_come_over_ours_but_not_over_what_it_is_told() {
    let script = r#"case $KUBERNETES_EXEC_INFO in '{'*) told=yes;; esac
        printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"%s"}}' \
          "$HOME ${EMPTY-unset} $TWICE ${PATH:+path} $told""#;
    let variable = |name: &str, value: Option<&str>| {
        let name = ("name".to_owned(), name.to_owned());
        let value = value.map(|value| ("value".to_owned(), value.to_owned()));
        [name].into_iter().chain(value).collect()
    };
    let mut config = plugin(script);
    config.env = Some(vec![
        variable("HOME", Some("elsewhere")),
        variable("EMPTY", None),
        variable("TWICE", Some("first")),
        variable("TWICE", Some("last")),
        variable("KUBERNETES_EXEC_INFO", Some("nonsense")),
    ]);
    let token = run_quickly(&config).await.unwrap().token.unwrap();
    assert_eq!(token.expose_secret(), "elsewhere  last path yes");
    for name in ["", "A=B", "A\0"] {
        config.env = Some(vec![variable(name, Some("s3cr3t"))]);
        let message = error(&config).await.message().to_owned();
        assert!(message.ends_with("without a proper name"), "{message}");
    }
}

#[tokio::test]
async fn a_certificate_comes_with_its_key() {
    let script = answer(r#"{"clientCertificateData":"C","clientKeyData":"K","token":""}"#);
    let credentials = run_quickly(&plugin(&script)).await.unwrap();
    assert!(credentials.token.is_none());
    let (certificate, key) = credentials.identity.unwrap();
    assert_eq!((certificate.as_str(), key.expose_secret()), ("C", "K"));
    let half = error(&plugin(&answer(r#"{"clientKeyData":"s3cr3t"}"#))).await;
    assert_eq!(
        half.message(),
        "the credential plugin /bin/sh handed out only one of certificate and key"
    );
}

#[tokio::test]
async fn bad_answers_are_refused_without_their_content() {
    let table = [
        ("echo s3cr3t", "did not print an ExecCredential"),
        (
            "echo '{\"kind\":3,\"apiVersion\":\"s3cr3t\"}'",
            "did not print an ExecCredential",
        ),
        (
            "echo '{\"kind\":\"s3cr3t\",\"apiVersion\":\"v1\"}'",
            "printed an object that is not an ExecCredential",
        ),
        (
            "echo '{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1beta1\",\"status\":{\"token\":\"s3cr3t\"}}'",
            "answered in another apiVersion than the kubeconfig asks for",
        ),
        (
            &answer("{}"),
            "handed out neither a token nor a certificate",
        ),
        (
            &answer("null"),
            "handed out neither a token nor a certificate",
        ),
        ("yes s3cr3t", "printed more than a credential"),
    ];
    for (script, what) in table {
        assert_eq!(
            error(&plugin(script)).await.message(),
            format!("the credential plugin /bin/sh {what}")
        );
    }
}

#[tokio::test]
async fn a_failure_shows_what_it_complained_about_and_not_what_it_printed() {
    let failed = error(&plugin("echo s3cr3t; echo please log in >&2; exit 3")).await;
    assert_eq!(
        failed.message(),
        "the credential plugin /bin/sh failed (exit status: 3)"
    );
    assert_eq!(failed.hint(), Some("please log in"));
}

#[tokio::test]
async fn a_slow_plugin_is_killed() {
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("pid");
    let script = format!(
        "echo $$ > {}; echo waiting >&2; exec sleep 30",
        file.display()
    );
    let config = plugin(&script);
    let limit = Duration::from_secs(1);
    let slow = run_within(limit, &config, ExecAuthCluster::default(), false)
        .await
        .unwrap_err();
    assert_eq!(
        slow.message(),
        "the credential plugin /bin/sh did not finish within 1 s"
    );
    assert_eq!(slow.hint(), Some("waiting"));
    let pid = std::fs::read_to_string(file)
        .unwrap()
        .trim()
        .parse()
        .unwrap();
    let pid = rustix::process::Pid::from_raw(pid).unwrap();
    for _ in 0..100 {
        if rustix::process::test_kill_process(pid).is_err() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the plugin still runs");
}

#[tokio::test]
async fn a_missing_plugin_shows_its_install_hint() {
    let mut config = plugin("");
    config.command = Some("/nowhere/login".into());
    config.install_hint = Some("Install it from x.".into());
    let missing = error(&config).await;
    assert_eq!(
        missing.message(),
        "the credential plugin /nowhere/login was not found"
    );
    assert_eq!(missing.hint(), Some("Install it from x."));
}

#[tokio::test]
async fn what_cannot_work_is_not_run() {
    let mut config = plugin("echo s3cr3t");
    config.interactive_mode = Some(ExecInteractiveMode::Always);
    assert!(
        error(&config)
            .await
            .message()
            .ends_with("needs a terminal, and standard input is none")
    );
    config.api_version = Some("client.authentication.k8s.io/v1alpha1".into());
    assert!(
        error(&config)
            .await
            .hint()
            .unwrap()
            .starts_with("Supported are")
    );
    config.command = None;
    error(&config).await;
}

#[tokio::test]
async fn it_may_ask_only_at_a_terminal_and_if_the_kubeconfig_lets_it() {
    let script = r#"case $KUBERNETES_EXEC_INFO in *'"interactive":true'*) t=asks;; *) t=silent;; esac
        printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"%s"}}' $t"#;
    for (mode, terminal, token) in [
        (None, true, "asks"),
        (None, false, "silent"),
        (Some(ExecInteractiveMode::IfAvailable), true, "asks"),
        (Some(ExecInteractiveMode::Always), true, "asks"),
        (Some(ExecInteractiveMode::Never), true, "silent"),
    ] {
        let mut config = plugin(script);
        config.interactive_mode = mode;
        let issued = run(&config, ExecAuthCluster::default(), terminal)
            .await
            .unwrap();
        assert_eq!(issued.token.unwrap().expose_secret(), token);
    }
}
