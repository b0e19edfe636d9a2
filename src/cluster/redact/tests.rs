use super::*;

const TOKEN: &str = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJqYW5lIn0.c2lnbmF0dXJlLW9mLWl0";
const PASSWORD: &str = "p<ss w\"rd/ü&1";

fn redactor(secrets: &[&str]) -> Redactor {
    let redactor = Redactor::default();
    redactor.add(SentSecrets {
        secrets: secrets
            .iter()
            .map(|&secret| secret.to_owned().into())
            .collect(),
        token_file: None,
    });
    redactor
}

fn user(change: impl FnOnce(&mut AuthInfo)) -> Redactor {
    let mut user = AuthInfo::default();
    change(&mut user);
    let redactor = Redactor::default();
    redactor.add(SentSecrets::of(&user, None));
    redactor
}

#[test]
fn what_was_sent_is_cut_out_in_every_form() {
    for secret in [TOKEN, PASSWORD, "s3cr3t"] {
        let redactor = redactor(&[secret]);
        let encoded = percent_encoding::utf8_percent_encode;
        for form in [
            secret.to_owned(),
            format!("{secret:?}"),
            serde_json::to_string(secret).unwrap(),
            encoded(secret, NON_ALPHANUMERIC).to_string(),
            encoded(secret, UNRESERVED).to_string().to_ascii_lowercase(),
            STANDARD.encode(secret),
            URL_SAFE_NO_PAD.encode(secret),
        ] {
            let text = redactor.redact(&format!("seen: ({form})"));
            assert!(text.contains("<redacted>"), "{form}: {text}");
            assert!(text.len() < form.len().max(14) + 14, "{form}: {text}");
            for part in form.as_bytes().windows(6) {
                let found = text.as_bytes().windows(6).any(|seen| seen == part);
                assert!(!found, "{form}: {text}");
            }
        }
    }
}

#[test]
fn base64_of_more_than_the_secret_shows_none_of_it() {
    let redactor = redactor(&[TOKEN]);
    for before in ["", "a", "ab", "Authorization: Bearer "] {
        let dump = STANDARD.encode(format!("{before}{TOKEN}\r\nhost: x"));
        let text = redactor.redact(&dump);
        let start = text.find("<redacted>").expect("something is cut out");
        assert!(start <= before.len() * 4 / 3 + 2, "{text}");
        assert!(text.len() < start + 30, "{text}");
    }
}

#[test]
fn a_part_of_a_long_secret_is_cut_out_too() {
    let redactor = redactor(&[TOKEN]);
    for part in [&TOKEN[..30], &TOKEN[11..40], &TOKEN[TOKEN.len() - 17..]] {
        assert_eq!(redactor.redact(&format!("[{part}]")), "[<redacted>]");
    }
    let wrapped = format!("{}\n{}", &TOKEN[..32], &TOKEN[32..]);
    assert_eq!(redactor.redact(&wrapped), "<redacted>\n<redacted>");
}

#[test]
fn other_text_stays() {
    let redactor = redactor(&[TOKEN, "abc"]);
    for text in [
        "",
        "Basic authentication is off, Bearer realm=\"kubernetes\"",
        "csrs.certificates.k8s.io is forbidden: User \"jane\" cannot list",
        "abcd xabc ümläut",
        &TOKEN[..15],
    ] {
        assert_eq!(redactor.redact(text), text);
    }
    assert_eq!(
        redactor.redact("pass abc, abc."),
        "pass <redacted>, <redacted>."
    );
}

#[test]
fn tokens_of_others_are_none_of_our_texts() {
    let text = format!("got Authorization: bearer {TOKEN}, no");
    assert_eq!(
        Redactor::default().redact(&text),
        "got Authorization: bearer <redacted>, no"
    );
}

#[test]
fn a_login_is_cut_out_with_its_basic_value() {
    let redactor = user(|user| {
        user.username = Some("adm".into());
        user.password = Some("hunter2".to_owned().into());
    });
    let basic = STANDARD.encode("adm:hunter2");
    assert_eq!(
        redactor.redact(&format!("adm sent Basic {basic}: hunter2")),
        "adm sent Basic <redacted>: <redacted>"
    );
    let redactor = Redactor::default();
    let proxy = Some("http://adm:hun%74er2@proxy:3128");
    redactor.add(SentSecrets::of(&AuthInfo::default(), proxy));
    assert_eq!(redactor.redact("hunter2"), "<redacted>");
}

#[test]
fn a_token_file_is_read_again() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "first-token\n").unwrap();
    let redactor = user(|user| user.token_file = Some(file.path().display().to_string()));
    for index in 0..4 {
        std::fs::write(file.path(), format!("token-number-{index}")).unwrap();
        redactor.refresh();
    }
    std::fs::remove_file(file.path()).unwrap();
    redactor.refresh();
    let text = "first-token token-number-0 token-number-3";
    assert_eq!(redactor.redact(text), "<redacted> <redacted> <redacted>");
}

#[test]
fn credentials_are_remembered_for_a_while() {
    let redactor = redactor(&["number-0", "other-0"]);
    for index in 1..=REMEMBERED {
        redactor.add(SentSecrets {
            secrets: vec![format!("number-{index}").into()],
            token_file: None,
        });
    }
    assert_eq!(
        redactor.redact("number-0 other-0 number-1 number-8"),
        "number-0 other-0 <redacted> <redacted>"
    );
}

#[test]
fn each_text_of_a_document_is_looked_at() {
    let redactor = redactor(&["s3cr3t"]);
    let json = r#"{"a":["x s3cr3t"],"b":{"c":"s3cr3t","d":1.50,"e":null}}"#;
    let expected = r#"{"a":["x <redacted>"],"b":{"c":"<redacted>","d":1.5,"e":null}}"#;
    let redacted = redactor.redact_json(json.into());
    assert_eq!(String::from_utf8(redacted).unwrap(), expected);
    for other in ["s3cr3t {", r#"{"a":1.50, "a":"x"}"#] {
        assert_eq!(redactor.redact_json(other.into()), other.as_bytes());
    }
}

#[test]
fn what_is_far_behind_is_left_out() {
    let text = format!("{}{TOKEN}", "ü".repeat(LONGEST_TEXT / 2));
    let text = redactor(&[TOKEN]).redact(&text);
    assert_eq!(text.len(), LONGEST_TEXT);
}
